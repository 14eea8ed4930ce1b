using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Earshot.JetStream.Tests.Cluster;

/// <summary>
/// Reads a stream message by message over a bare socket, without code of the client, and asks the leader for each. It says what is in the
/// stream and judges nothing.
/// </summary>
internal static class StreamAuditor
{
    private const int NoMessageFound = 10037;

    /// <summary>The payloads of a stream by sequence.</summary>
    public static async Task<SortedDictionary<ulong, string>> ReadAsync(int port, string stream, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await using var network = new NetworkStream(socket);
        await SendAsync(network, "CONNECT {\"verbose\":false,\"protocol\":1}\r\nSUB _AUDIT 1\r\n", cancellationToken);
        using JsonDocument info = await AskAsync(network, $"$JS.API.STREAM.INFO.{stream}", "", cancellationToken);
        JsonElement state = info.RootElement.GetProperty("state");
        var messages = new SortedDictionary<ulong, string>();
        for (ulong sequence = state.GetProperty("first_seq").GetUInt64(); sequence <= state.GetProperty("last_seq").GetUInt64(); sequence++)
        {
            using JsonDocument answer = await AskAsync(network, $"$JS.API.STREAM.MSG.GET.{stream}", $"{{\"seq\":{sequence}}}", cancellationToken);
            if (answer.RootElement.TryGetProperty("message", out JsonElement message))
            {
                messages.Add(sequence, Encoding.UTF8.GetString(message.GetProperty("data").GetBytesFromBase64()));
            }
            else if (answer.RootElement.GetProperty("error").GetProperty("err_code").GetInt32() != NoMessageFound)
            {
                throw new InvalidOperationException($"The stream did not answer for {sequence}: {answer.RootElement}"); // a leader that is none would look like a loss
            }
        }

        return messages;
    }

    private static async Task<JsonDocument> AskAsync(NetworkStream network, string subject, string body, CancellationToken cancellationToken)
    {
        await SendAsync(network, $"PUB {subject} _AUDIT {body.Length}\r\n{body}\r\n", cancellationToken);
        while (true)
        {
            string line = await ReadLineAsync(network, cancellationToken);
            if (line == "PING")
            {
                await SendAsync(network, "PONG\r\n", cancellationToken);
            }
            else if (line.StartsWith("MSG ", StringComparison.Ordinal))
            {
                byte[] payload = new byte[int.Parse(line[(line.LastIndexOf(' ') + 1)..], null) + 2];
                await network.ReadExactlyAsync(payload, cancellationToken);
                return JsonDocument.Parse(payload.AsMemory(0, payload.Length - 2));
            }
        }
    }

    private static async Task<string> ReadLineAsync(NetworkStream network, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (true)
        {
            await network.ReadExactlyAsync(one, cancellationToken);
            if (one[0] == (byte)'\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }
    }

    private static ValueTask SendAsync(NetworkStream network, string text, CancellationToken cancellationToken) =>
        network.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
}
