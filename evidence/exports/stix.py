"""`bundle.stix.json`: the case as a STIX 2.1 bundle, for those who exchange what they observe.

Sites are infrastructure, samples are observed data of URLs, servers and files, and a sighting
says that a site was seen so. Nothing in it is about people who watch, or who work on the case.
"""

from __future__ import annotations

from casework.record import Sample
from casework.verdict import SiteVerdict
from evidence.exports import stix_extension
from evidence.exports.contents import Contents, moment
from evidence.exports.forms import document
from evidence.exports.hosts import host_of, ip_version, is_name, is_url
from evidence.exports.receipts import Peer
from evidence.exports.standing import standing
from evidence.exports.stix_parts import Bundle, marking, stamp

KIND = "unlicensed-media-distribution"  # our value in the open vocabulary of infrastructure
_SITE = "sampled-media-site"  # of a site of which that may not be said


def stix_bundle(contents: Contents) -> bytes:
    """The file."""
    bundle = Bundle(contents)
    for fixed in (marking(contents.tlp), *stix_extension.definition()):
        bundle.add(fixed)
    body = _body(bundle)
    for site in contents.dossier.sites:
        _site(bundle, site, body)
    _report(bundle, body)
    return document(bundle.as_dict())


def _body(bundle: Bundle) -> str | None:
    party = bundle.contents.investigator
    if party is None:
        return None
    return bundle.domain(
        "identity",
        ["investigator", party.name],
        name=party.name or "(no name)",
        identity_class="organization",
        contact_information=party.email,
    )


def _site(bundle: Bundle, site: str, body: str | None) -> None:
    contents = bundle.contents
    verdict = next((one for one in contents.verdicts if one.site == site), None)
    held = standing(contents, verdict) if verdict else []
    taken = [sample for sample in contents.dossier.samples if sample.site == site]
    infrastructure = bundle.domain(
        "infrastructure",
        ["site", site],
        name=site or "(no name)",
        description="A site that was sampled for registered works.",
        infrastructure_types=[KIND if held else _SITE],
        **_seen(taken),
        created_by_ref=body,
        extensions=stix_extension.of_verdict(verdict) if verdict else None,
    )
    _sight(bundle, infrastructure, [(one, _observed(bundle, one, body)) for one in taken], body)
    if verdict:
        _owners(bundle, infrastructure, verdict)


def _seen(samples: list[Sample]) -> dict[str, str]:
    """From when to when."""
    moments = sorted((at for one in samples for at in (one.taken_at, one.ended_at)), key=moment)
    return {"first_seen": moments[0], "last_seen": moments[-1]}


def _owners(bundle: Bundle, infrastructure: str, verdict: SiteVerdict) -> None:
    """Whose works a site was found to carry, where a notice may say so."""
    works = bundle.contents.works
    ids = [one.work.work_id for one in standing(bundle.contents, verdict)]
    for owner in sorted(
        {str(works[one]["owner"]) for one in ids if works.get(one, {}).get("owner")}
    ):
        identity = bundle.domain(
            "identity", ["owner", owner], name=owner, identity_class="organization"
        )
        bundle.relate(infrastructure, "carries-works-of", identity)


def _observed(bundle: Bundle, sample: Sample, body: str | None) -> str | None:
    """A sample as observed data; None if there is nothing that STIX has an object for."""
    refs = [*_addresses(bundle, sample), *_files(bundle, sample)]
    findings = [f for f in bundle.contents.dossier.findings if f.sample_id == sample.sample_id]
    if not refs:
        return None
    first, last = sorted((sample.taken_at, sample.ended_at), key=moment)
    return bundle.domain(
        "observed-data",
        ["sample", sample.sample_id],
        first_observed=first,
        last_observed=last,
        number_observed=1,
        object_refs=sorted(set(refs)),
        created_by_ref=body,
        extensions=stix_extension.of_findings(bundle.contents, findings),
    )


def _addresses(bundle: Bundle, sample: Sample) -> list[str]:
    """The URL, and the servers that the capture spoke to, or at least the name in the URL."""
    refs = []
    if is_url(sample.source):
        refs.append(bundle.observe("url", ["value"], value=sample.source))
    receipt = bundle.contents.receipts.get(sample.capture or "")
    peers = receipt.peers if receipt else ()
    for host in sorted({peer.host for peer in peers} | {host_of(sample.source)}):
        refs += _host(bundle, host, [peer for peer in peers if peer.host == host])
    return refs


def _host(bundle: Bundle, host: str, peers: list[Peer]) -> list[str]:
    refs = [_ip(bundle, one) for one in sorted({p.address for p in peers}) if ip_version(one)]
    if is_name(host):
        refs.append(_name(bundle, host))
    elif ip_version(host):
        refs.append(_ip(bundle, host))
    for digest in sorted({peer.chain[0] for peer in peers if peer.chain}):
        hashes = {"SHA-256": digest}
        refs.append(bundle.observe("x509-certificate", ["hashes"], hashes=hashes))
    return refs


def _name(bundle: Bundle, host: str) -> str:
    """A host, with all the addresses it had in the captures of the case."""
    peers = [peer for one in bundle.contents.receipts.values() for peer in one.peers]
    addresses = {peer.address for peer in peers if peer.host == host and ip_version(peer.address)}
    more = {"resolves_to_refs": [_ip(bundle, one) for one in sorted(addresses)]}
    return bundle.observe("domain-name", ["value"], value=host, **(more if addresses else {}))


def _ip(bundle: Bundle, address: str) -> str:
    return bundle.observe(f"ipv{ip_version(address)}-addr", ["value"], value=address)


def _files(bundle: Bundle, sample: Sample) -> list[str]:
    """The analysed files, and the manifest that fixes all the others."""
    findings = [f for f in bundle.contents.dossier.findings if f.sample_id == sample.sample_id]
    named = {(f.suspect_sha256, f.media) for f in findings}
    if sample.manifest_sha256 is not None:
        named.add((sample.manifest_sha256, "manifest.json"))
    return [
        bundle.observe("file", ["hashes", "name"], hashes={"SHA-256": digest}, name=name or digest)
        for digest, name in sorted(named)
    ]


def _sight(
    bundle: Bundle, site: str, seen: list[tuple[Sample, str | None]], body: str | None
) -> None:
    """That the site was seen in its samples, by whom, and what it consists of."""
    observed = [one for _, one in seen if one is not None]
    if not observed:
        return
    for ref in sorted({ref for one in observed for ref in bundle.held[one]["object_refs"]}):
        if not ref.startswith("file--"):
            bundle.relate(site, "consists-of", ref)
    bundle.domain(
        "sighting",
        ["sighting", site],
        **_seen([sample for sample, _ in seen]),
        count=len(observed),
        sighting_of_ref=site,
        observed_data_refs=sorted(observed),
        where_sighted_refs=[body] if body else None,
        created_by_ref=body,
    )


def _report(bundle: Bundle, body: str | None) -> None:
    case, made = bundle.contents.dossier.case, bundle.contents.generated_at
    refs = sorted(one for one in bundle.held if not one.startswith("marking-definition--"))
    bundle.domain(
        "report",
        ["report"],
        name=case.case_id or "(no name)",
        description="Which registered works the sampled sites carry, under a policy fixed before.",
        report_types=["observed-data", "identity"],
        published=stamp(made),
        object_refs=refs,
        created_by_ref=body,
    )
