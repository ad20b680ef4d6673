"""ail-typo-squatting: `runAll`, every algorithm but the dynamic-DNS hosts, as its authors set it."""

import math

import tldextract.tldextract
from ail_typo_squatting.typo import runAll

from resident import serve_generator

# It would fetch a newer suffix list; the one in its package will do, and a bench asks nobody.
tldextract.tldextract.TLD_EXTRACTOR = tldextract.tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())

serve_generator(lambda domain: runAll(domain, math.inf, "text", None))
