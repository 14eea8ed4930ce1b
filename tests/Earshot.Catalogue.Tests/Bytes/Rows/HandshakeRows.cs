using static Earshot.Catalogue.Tests.Bytes.Rows.Row;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>P74 to P87: what a peer may do before the first PONG.</summary>
internal static class HandshakeRows
{
    private const string GoodInfo = "INFO {\"server_id\":\"a\",\"max_payload\":1048576}\r\n";

    private static readonly string s_noise = Noise();

    public static IReadOnlyList<ByteRow> All { get; } =
    [
        Scenario("P74", "", Disposition.HandshakeFailure, HandshakeScenarios.SilentServerIsReplacedAfterTheHedgeDelayAsync),
        Scenario("P74", "only server", Disposition.HandshakeFailure, () => HandshakeScenarios.TimeoutAsync("", NatsConnectPhase.Info)),
        Failure("P75", "HTTP", "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", "HTTP"),
        Failure("P75", "SSH", "SSH-2.0-OpenSSH_9.6\r\n", "SSH"),
        Failure("P75", "SMTP", "220 mail.example.com ESMTP\r\n", "SMTP"),
        Failure("P75", "TLS alert", "\u0015\u0003\u0001\u0000\u0002\u0002\u0028", "TLS"),
        Failure("P75", "TLS handshake", "\u0016\u0003\u0001\u0000\u0002", "TLS"),
        Failure("P75", "text", "hello", "not a NATS server"),
        Failure("P75", "random", s_noise, "not a NATS server"),
        Failure("P76", "unfinished", "INFO {bad\r\n", ""),
        Failure("P76", "empty", "INFO \r\n", ""),
        Failure("P76", "list", "INFO []\r\n", ""),
        Failure("P76", "null", "INFO null\r\n", ""),
        Failure("P76", "text", "INFO \"x\"\r\n", ""),
        Failure("P77", "", "INFO {\"a\":\"" + new string('x', 300 * 1024), "more than 262144 bytes") with
        {
            Difference = "The limit before the first PONG is 256 KiB and not 1 MiB: less than 2 MiB may be held by then (issue 12).",
        },
        Elsewhere("P77", "memory", Disposition.HandshakeFailure, "Earshot.Catalogue.Tests/Memory/MemoryTests.cs", "Rows_stay_within_their_memory"),
        Failure("P78", "", $"INFO {{\"a\":{new string('[', 5000)}{new string(']', 5000)}}}\r\n", ""),
        Scenario("P79", "INFO, end", Disposition.HandshakeFailure, () => HandshakeScenarios.EndAsync(GoodInfo, isReset: false, NatsConnectPhase.Authentication)),
        Scenario("P79", "INFO, reset", Disposition.HandshakeFailure, () => HandshakeScenarios.EndAsync(GoodInfo, isReset: true, NatsConnectPhase.Authentication)),
        Scenario("P79", "half INFO, end", Disposition.HandshakeFailure, () => HandshakeScenarios.EndAsync("INFO {\"server_id\":", isReset: false, NatsConnectPhase.Info)),
        Scenario("P79", "half INFO, reset", Disposition.HandshakeFailure, () => HandshakeScenarios.EndAsync("INFO {\"server_id\":", isReset: true, NatsConnectPhase.Info)),
        Scenario("P79", "half INFO, silence", Disposition.HandshakeFailure, () => HandshakeScenarios.TimeoutAsync("INFO {\"server_id\":", NatsConnectPhase.Info)),
        Scenario("P80", "", Disposition.Accepted, HandshakeScenarios.EarlyPongAsync),
        Scenario("P81", "", Disposition.HandshakeFailure, HandshakeScenarios.AuthorizationViolationAsync) with
        {
            Difference = "The exception is NatsServerException with IsAuthError, as in the official client, and not a type of its own.",
        },
        Scenario("P82", "", Disposition.HandshakeFailure, () => HandshakeScenarios.TimeoutAsync(GoodInfo, NatsConnectPhase.Authentication)) with
        {
            Difference = "The phase is Authentication: Resubscribe follows it, and there is no phase Pong.",
        },
        Scenario("P83", "", Disposition.Accepted, HandshakeScenarios.PongThenEndAsync),
        Scenario("P84", "", Disposition.Accepted, HandshakeScenarios.EarlyMessageAsync) with
        {
            Difference = "The subscriptions are sent behind the PONG, so that a message in front of it is for none of them and is dropped; here it is directly behind the PONG.",
        },
        Scenario("P85", "", Disposition.Accepted, HandshakeScenarios.SecondInfoAsync),
        Scenario("P86", "", Disposition.Accepted, HandshakeScenarios.PlaintextBeforeTlsAsync),
        Scenario("P87", "silence", Disposition.HandshakeFailure, () => HandshakeScenarios.TlsAsync("")),
        Scenario("P87", "garbage", Disposition.HandshakeFailure, () => HandshakeScenarios.TlsAsync("no TLS at all\r\n")),
    ];

    private static string Noise()
    {
        byte[] bytes = new byte[64 * 1024];
        new Random(1).NextBytes(bytes);
        return System.Text.Encoding.Latin1.GetString(bytes);
    }
}
