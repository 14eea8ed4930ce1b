using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using NSec.Cryptography;

namespace Earshot.Server.Tests.Differential;

/// <summary>Runs one script against one port and records what each connection received, without the volatile fields.</summary>
internal sealed class Conversation : IDisposable
{
    // Fields that cannot be the same on two servers, or that describe what an in-process server has not.
    private static readonly string[] s_volatile =
    [
        "server_id", "server_name", "version", "go", "git_commit", "host", "port", "client_id", "xkey",
        "api_lvl", // the level of the JetStream API; there is none in process
    ];

    private readonly Dictionary<char, (Socket Socket, StringBuilder Heard, HashSet<string> Flags)> _connections = [];
    private readonly int _port;

    private Conversation(int port) => _port = port;

    /// <param name="script">What to say.</param>
    /// <param name="port">Whom to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="change">What is done to the server before the last step.</param>
    internal static async Task<string> PlayAsync(Script script, int port, CancellationToken cancellationToken, Func<Task>? change = null)
    {
        using var conversation = new Conversation(port);
        for (int i = 0; i < script.Steps.Count; i++)
        {
            if (change is not null && i == script.Steps.Count - 1)
            {
                await change();
            }

            await conversation.PlayAsync(script.Steps[i], cancellationToken);
        }

        // Twice: the INFO that follows the very first PONG comes before the second one, and what others sent comes too.
        foreach (char name in conversation._connections.Keys.Order())
        {
            await conversation.PlayAsync(new Step(name, StepEnd.Barrier, []), cancellationToken);
            await conversation.PlayAsync(new Step(name, StepEnd.Barrier, []), cancellationToken);
        }

        return string.Join("\n\n", conversation._connections.OrderBy(pair => pair.Key).Select(pair => $"[{pair.Key}]\n{Normalize(WithoutPings(script, pair.Value.Heard.ToString()))}"));
    }

    public void Dispose()
    {
        foreach ((Socket Socket, StringBuilder Heard, HashSet<string> Flags) connection in _connections.Values)
        {
            connection.Socket.Dispose();
        }
    }

    private async Task PlayAsync(Step step, CancellationToken cancellationToken)
    {
        if (!_connections.TryGetValue(step.Connection, out (Socket Socket, StringBuilder Heard, HashSet<string> Flags) connection))
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port), cancellationToken);
            connection = (socket, new StringBuilder(), []);
            _connections.Add(step.Connection, connection);
            await ReadUntilAsync(connection, received => received.Contains("\r\n", StringComparison.Ordinal), cancellationToken);
        }

        if (connection.Flags.Contains("eof"))
        {
            return;
        }

        int pongs = CountPongs(connection.Heard.ToString());
        byte[] said = Sign(step.Bytes, connection.Heard.ToString());
        byte[] bytes = step.End == StepEnd.Barrier ? [.. said, .. "PING\r\n"u8] : said;
        int wanted = pongs + 1 + (step.End == StepEnd.Barrier ? Occurrences(Encoding.Latin1.GetString(step.Bytes), "PING\r\n") : 0);
        try
        {
            await connection.Socket.SendAsync(bytes, cancellationToken);
        }
        catch (SocketException)
        {
            // The server was faster; its output is still to be read.
        }

        if (step.End != StepEnd.None)
        {
            await ReadUntilAsync(connection, received => step.End == StepEnd.Barrier && CountPongs(received) >= wanted, cancellationToken);
        }
    }

    private static async Task ReadUntilAsync((Socket Socket, StringBuilder Heard, HashSet<string> Flags) connection, Func<string, bool> enough, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 * 1024];
        while (!connection.Flags.Contains("eof") && !enough(connection.Heard.ToString()))
        {
            int count = 0;
            try
            {
                count = await connection.Socket.ReceiveAsync(buffer, cancellationToken);
            }
            catch (SocketException)
            {
                // A reset is equivalent to the end: the server has closed.
            }

            connection.Heard.Append(count > 0 ? Encoding.Latin1.GetString(buffer, 0, count) : "<end>");
            if (count == 0)
            {
                connection.Flags.Add("eof");
            }
        }
    }

    // {sig} and {stdsig} are replaced by the signature of this connection's nonce with the private key of 32 bytes of 7.
    private static byte[] Sign(byte[] bytes, string received)
    {
        string text = Encoding.Latin1.GetString(bytes);
        if (!text.Contains("sig}", StringComparison.Ordinal))
        {
            return bytes;
        }

        string nonce = JsonNode.Parse(received[5..received.IndexOf('\n', StringComparison.Ordinal)])!["nonce"]!.GetValue<string>();
        using var key = Key.Import(SignatureAlgorithm.Ed25519, Enumerable.Repeat((byte)7, 32).ToArray(), KeyBlobFormat.RawPrivateKey);
        byte[] signature = SignatureAlgorithm.Ed25519.Sign(key, Encoding.ASCII.GetBytes(nonce));
        return Encoding.Latin1.GetBytes(text
            .Replace("{sig}", Base64Url.EncodeToString(signature), StringComparison.Ordinal)
            .Replace("{stdsig}", Convert.ToBase64String(signature), StringComparison.Ordinal));
    }

    private static int CountPongs(string received) => Occurrences(received, "PONG\r\n");

    private static int Occurrences(string text, string part) => (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;

    // Both servers send a first PING of their own about two seconds after a connect, and further ones only where a script is about them.
    private static string WithoutPings(Script script, string received) =>
        script.Profile == "stale" ? received : string.Join('\n', received.Split('\n').Where(line => line != "PING\r"));

    private static string Normalize(string received) => string.Join('\n', received.Split('\n').Select(line =>
    {
        if (!line.StartsWith("INFO {", StringComparison.Ordinal))
        {
            return line.Replace("\r", "\\r", StringComparison.Ordinal);
        }

        int end = line.LastIndexOf('}') + 1;
        JsonObject fields = JsonNode.Parse(line[5..end])!.AsObject();
        foreach (string field in s_volatile)
        {
            fields.Remove(field);
        }

        if (fields.ContainsKey("nonce"))
        {
            fields["nonce"] = fields["nonce"]!.GetValue<string>().Length; // another one for each connection
        }

        IEnumerable<string> sorted = fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value?.ToJsonString()}");
        return "INFO " + string.Join(' ', sorted) + line[end..].Replace("\r", "\\r", StringComparison.Ordinal);
    }));
}
