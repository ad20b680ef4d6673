"""What another parser finds in certificates.

Reads DER from standard input, each certificate after its length in four octets, most significant first. Writes one line of
JSON for each: what can be compared, or the error.
"""

import hashlib
import json
import struct
import sys
import warnings
from datetime import timezone

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SUBJECT_ALT_NAME = x509.ExtensionOID.SUBJECT_ALTERNATIVE_NAME
SCT_LIST = x509.ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS


def seconds(certificate, field):
    """A time since the epoch; older versions know only times without a zone."""
    time = getattr(certificate, field + "_utc", None) or getattr(certificate, field)
    return int(time.replace(tzinfo=timezone.utc).timestamp())


def tell(der):
    certificate = x509.load_der_x509_certificate(der)
    extensions = {extension.oid: extension.value for extension in certificate.extensions}
    names = list(extensions.get(SUBJECT_ALT_NAME, []))
    common_names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "dns": [name.value for name in names if isinstance(name, x509.DNSName)],
        "ip": [str(name.value) for name in names if isinstance(name, x509.IPAddress)],
        "cn": [name.value for name in common_names],
        "not_before": seconds(certificate, "not_valid_before"),
        "not_after": seconds(certificate, "not_valid_after"),
        "serial": f"{certificate.serial_number:x}",
        "key": hashlib.sha256(key).hexdigest(),
        "sha256": hashlib.sha256(der).hexdigest(),
        "sha1": hashlib.sha1(der).hexdigest(),
        # The TBS without the list of SCTs, for a certificate that has one.
        "issuance": hashlib.sha256(certificate.tbs_precertificate_bytes).hexdigest()
        if SCT_LIST in extensions
        else None,
    }


def main():
    warnings.simplefilter("ignore")
    while header := sys.stdin.buffer.read(4):
        (length,) = struct.unpack(">I", header)
        try:
            told = tell(sys.stdin.buffer.read(length))
        except Exception as error:  # What it refuses it refuses in many ways.
            told = {"error": str(error)}
        print(json.dumps(told))


main()
