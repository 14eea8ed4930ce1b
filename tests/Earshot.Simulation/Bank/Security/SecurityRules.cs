namespace Earshot.Simulation.Bank.Security;

/// <summary>The rules of security.</summary>
internal static class SecurityRules
{
    public static IReadOnlyList<SecurityRule> All { get; } =
    [
        new("S1", "CONNECT is written field by field: no other option can be in it."),
        new("S2", "Nothing is sent in plain text where TLS is required, at no attempt and to no server, and TLS stays required once it was used."),
        new("S3", "What is received before TLS is ignored after it: bytes behind INFO, servers, lame duck mode."),
        new("S4", "A certificate proves the name of the server, that of a discovered address the name of the server that announced it."),
        new("S5", "A certificate is verified whatever caused TLS."),
        new("S6", "Announced servers are addresses that can be reached, at most a limited number of them, wanted by the application, and dialled with the scheme of the server that announced them."),
        new("S7", "No subject, queue group or name contains a character that ends an operation or means something else."),
        new("S8", "No name and no value of a header can end its line or its block."),
        new("S9", "A message with a payload is never a status."),
        new("S10", "Reserved headers are set by typed options only.") { NoGuard = "nothing is in the way of an application that sets such a header itself; `Nats-Trace-Dest` has no option, so that the library never sets it" },
        new("S11", "A size is at most nine digits, headers are no longer than the message, and the message no longer than its limit."),
        new("S12", "INFO has a size and a depth beyond which it is refused."),
        new("S13", "WebSocket is encrypted with the same rules as any other connection, and its frames are binary."),
        new("S14", "Seeds, JWTs and credentials are texts that are checked: length, alphabet, checksum, prefix, size."),
        new("S15", "Curve keys are checked with the official vectors.") { NoGuard = "there are none in the client" },
        new("S16", "Credentials are read or requested again for each attempt."),
        new("S17", "Secrets are in no text: URL, options, exception, event, error of a server."),
        new("S18", "Only a short ASCII nonce is signed."),
        new("S19", "An object is complete only with its size and its digest, and a link leads to an object, not to another link."),
        new("S20", "A payload of JSON has a depth beyond which it is refused."),
        new("S21", "Texts of others are one line without control characters in messages of events."),
        new("S22", "The certificate of the client is read again for each attempt."),
        new("S23", "The server in the process limits what a client may do before and after it has authenticated, and keeps its permissions."),
        new("S24", "Packages have only the dependencies that were decided on.") { NoGuard = "it is a rule of the projects and not of code; `tests/Repository.Tests` checks them" },
    ];
}
