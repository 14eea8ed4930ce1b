using Earshot.Fuzzing.Engine;
using Earshot.Protocol;

namespace Earshot.Fuzzing.Targets;

/// <summary>The JSON of INFO, and the texts of -ERR.</summary>
internal sealed class InfoTarget : IFuzzTarget
{
    public string Name => "info";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of(
        """{"server_id":"a","server_name":"n","version":"2.12.0","proto":1,"headers":true,"max_payload":1048576,"client_id":7,"connect_urls":["a:1",null,2],"ldm":true,"nonce":"x"}""",
        """{"max_payload":1,"max_payload":2,"jetstream":true,"auth_required":false,"tls_required":true,"unknown":{"a":[1,2]}}""",
        "Permissions Violation for Subscription to \"foo\\u00e9\" using queue \"q\" (sid \"7\")");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "\"server_id\":", "\"port\":", "\"max_payload\":", "\"client_id\":", "\"connect_urls\":[", "\"ws_connect_urls\":null", "\"ldm\":true", "\"nonce\":", "\"git_commit\":", "\"api_lvl\":",
        "\"cluster\":", "null", "true", "[", "{}", "\\u0000", "\\ud800", "Permissions Violation for Publish to ", "'", "Authorization Violation", "maximum connections exceeded");

    public void Run(ReadOnlySpan<byte> input)
    {
        ServerErrorReader.Parse(System.Text.Encoding.UTF8.GetString(input));
        try
        {
            NatsServerInfo info = ServerInfoReader.Parse(input);
            Finding.Unless(info == ServerInfoReader.Parse(input), "The same text is another INFO the second time.");
        }
        catch (NatsProtocolViolationException)
        {
            // Documented.
        }
    }
}
