// Words for what is spoken on a Modbus port, and how well.
#include "decode/diagnose/catalogue_rows.h"

namespace buswitness::diagnose {

namespace {

using Steps = std::string_view;

constexpr Steps modbus_malformed_steps[] = {
    "Look at the field and the sender named in the evidence, and at the octets of the message.",
    "Compare with the specification: length and protocol number in the header, byte count, and limits (125 "
    "registers, 2000 coils in one read).",
    "If the client sends it: correct its settings (quantity, data type), or update it.",
    "If the device or gateway sends it: update its firmware, and report the octets to its supplier.",
    "Test with another client: `mbpoll -a {unit} -r 1 -c 1 -1 -p {port} {host}`.",
};

constexpr Steps modbus_rtu_over_tcp_steps[] = {
    "Decide for one form on both sides: Modbus TCP, or RTU over TCP (also called 'RTU encapsulated', 'raw' or "
    "'transparent').",
    "If the gateway has a choice, set its port to 'Modbus TCP to RTU' rather than 'raw', 'transparent' or 'TCP "
    "server'.",
    "Otherwise set the client to 'RTU over TCP'.",
    "If both sides agree and get their answers, nothing needs to be done.",
};

constexpr Steps modbus_ascii_over_tcp_steps[] = {
    "Decide for one form on both sides: Modbus TCP, or Modbus ASCII over TCP.",
    "If the gateway has a choice, set it to translate to Modbus TCP.",
    "Otherwise set the client to 'ASCII over TCP'.",
    "If both sides agree and get their answers, nothing needs to be done.",
};

constexpr Steps modbus_not_modbus_steps[] = {
    "Look at which side speaks it, and which protocol it is (see the evidence).",
    "If the client does: it is the wrong program, or it has the wrong address or port.",
    "If the server does: another service uses this port; find it with `ss -tlnp | grep :{port}` and set up the "
    "Modbus service.",
    "If the protocol is TLS: the other side expects Modbus without encryption; use 802 for Modbus with TLS, or "
    "switch it off.",
};

constexpr Steps modbus_tls_steps[] = {
    "Nothing to do if it works; requests and answers cannot be read in this capture.",
    "To look inside, capture behind the point where the encryption ends, or read the log of client or server.",
};

constexpr Steps tls_handshake_failed_steps[] = {
    "Read the alert in the evidence: it names the reason, if it was sent unencrypted.",
    "Check the certificates of both sides: valid dates, the right clock on the device, the issuing authority "
    "known to the other side.",
    "Modbus Security asks for a client certificate as well: is one set up in the client, and accepted by the "
    "server?",
    "Compare the TLS versions and cipher suites of both sides: `openssl s_client -connect {server}`.",
    "Make sure that both sides expect TLS on this port; plain Modbus usually has 502, TLS 802.",
};

constexpr CatalogueRow protocol_table[] = {
    {.id = FindingId::modbus_malformed,
     .name = "modbus-malformed",
     .severity = Severity::error,
     .parents = "",
     .title = "Modbus messages between {client} and {server} break the specification",
     .meaning =
         "A message has a header or content that the Modbus specification does not allow: wrong length, wrong byte "
         "count, too many values at once. Some partners overlook it, others ignore the message or close the "
         "connection.",
     .proof =
         "A complete message in the capture whose fields contradict each other or the specification; the field and "
         "the sender are named.",
     .not_proof =
         "A message cut by the capture (snap length, end of file) is not malformed. Manufacturers' own functions "
         "may be longer than the standard ones.",
     .refuted_by = "The missing octets of the same message in a capture without loss or cut.",
     .next_steps = modbus_malformed_steps},
    {.id = FindingId::modbus_rtu_over_tcp,
     .name = "modbus-rtu-over-tcp",
     .severity = Severity::error,
     .parents = "",
     .title = "Serial Modbus (RTU) inside TCP between {client} and {server}",
     .meaning =
         "The data are Modbus, but in the form for serial lines, with a checksum instead of the Modbus TCP header. "
         "If both sides agree on it, it works; if one side expects Modbus TCP, nothing is understood.",
     .proof = "The data in the connection decode as RTU frames with correct checksums (CRC), and not as Modbus TCP.",
     .not_proof = "A single fitting checksum can be chance; several in a row are not.",
     .refuted_by = "A valid Modbus TCP header in the same messages.",
     .next_steps = modbus_rtu_over_tcp_steps},
    {.id = FindingId::modbus_ascii_over_tcp,
     .name = "modbus-ascii-over-tcp",
     .severity = Severity::error,
     .parents = "",
     .title = "Serial Modbus (ASCII) inside TCP between {client} and {server}",
     .meaning =
         "The data are Modbus, but in the text form for serial lines: a colon, hexadecimal digits, a checksum. If "
         "both sides agree on it, it works; if one side expects Modbus TCP, nothing is understood.",
     .proof =
         "The data in the connection are lines of ':' and hexadecimal digits with correct checksums (LRC), ended by "
         "CR LF.",
     .not_proof = "Other text protocols also have lines that begin with a colon; the checksum tells them apart.",
     .refuted_by = "A valid Modbus TCP header in the same messages.",
     .next_steps = modbus_ascii_over_tcp_steps},
    {.id = FindingId::modbus_not_modbus,
     .name = "modbus-not-modbus",
     .severity = Severity::error,
     .parents = "",
     .title = "On the Modbus port of {server} another protocol is spoken",
     .meaning =
         "A connection goes to a Modbus port, but what is sent there is not Modbus. The other side cannot answer "
         "that sensibly.",
     .proof = "The first data of a side are recognised as another protocol and do not decode as Modbus in any form.",
     .not_proof =
         "A port probe sends nothing at all. Modbus in its serial forms (RTU, ASCII) inside TCP has findings of its "
         "own.",
     .refuted_by = "Modbus messages in the same direction of the same connection.",
     .next_steps = modbus_not_modbus_steps},
    {.id = FindingId::modbus_tls,
     .name = "modbus-tls",
     .severity = Severity::note,
     .parents = "",
     .title = "Modbus with encryption (TLS) between {client} and {server}",
     .meaning =
         "The connection is encrypted, as Modbus Security intends on port 802. The capture shows that it works as a "
         "connection, not what is asked and answered.",
     .proof = "TLS records on a Modbus port, up to application data.",
     .not_proof = "TLS where plain Modbus is expected is a fault: modbus-not-modbus.",
     .refuted_by = "Data in the same connection that are not TLS records.",
     .next_steps = modbus_tls_steps},
    {.id = FindingId::tls_handshake_failed,
     .name = "tls-handshake-failed",
     .severity = Severity::error,
     .parents = "",
     .title = "The encrypted connection (TLS) between {client} and {server} fails",
     .meaning =
         "The two sides did not agree on encryption, so no Modbus could be exchanged. Usual reasons are a "
         "certificate that is missing, expired or unknown, different TLS versions, or one side that does not expect "
         "TLS at all.",
     .proof = "A TLS handshake that ends with an alert, a close or a reset before application data.",
     .not_proof =
         "In TLS 1.3 alerts are encrypted, and a refused client certificate shows only as an early close. A client "
         "that ends by itself right after the handshake is no failure.",
     .refuted_by = "Application data on the same connection.",
     .next_steps = tls_handshake_failed_steps},
};

}  // namespace

std::span<const CatalogueRow> protocol_rows()
{
    return protocol_table;
}

}  // namespace buswitness::diagnose
