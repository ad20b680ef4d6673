"""dnstwist: `Fuzzer.generate` with its own defaults; the package ships no dictionary and no list of suffixes."""

import dnstwist

from resident import serve_generator


def permute(domain):
    fuzzer = dnstwist.Fuzzer(domain)
    fuzzer.generate()
    return [permutation["domain"] for permutation in fuzzer.domains if permutation["fuzzer"] != "*original"]


serve_generator(permute)
