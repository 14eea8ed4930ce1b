using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Earshot.Server.Tests.JetStream;

/// <summary>
/// Runs one script against one port, on a raw socket, and records what came back to each inbox, without times and versions. The steps:
/// <c>req SUBJECT [body]</c> (behind <c>$JS.API.</c>), <c>pub SUBJECT [{Header: value;..}] [payload]</c> with an ack, <c>pull NAME S.C body COUNT</c>
/// (waits for so many messages and statuses), <c>more NAME COUNT</c> (until it has so many), <c>ack WORD</c> of the last delivery and <c>ack! WORD</c> with an answer,
/// <c>get S body COUNT</c> (direct), <c>wait MILLISECONDS</c>.
/// </summary>
internal sealed class JetStreamTalk : IDisposable
{
    private static readonly string[] s_masked =
    [
        "created", "ts", "first_ts", "last_ts", "time", "last_active", "pause_until", "pause_remaining", "cluster", "_nats.ver", "_nats.level", "total_errors",
        "api", "limits", "memory", "storage", "reserved_memory", "reserved_storage", "timestamp", "id",
    ];

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly List<byte> _received = [];
    private readonly List<(string Sid, string Text)> _frames = [];
    private readonly CancellationToken _limit;
    private string _lastReply = "";
    private int _nextSid;
    private int _pongs;

    private JetStreamTalk(CancellationToken limit) => _limit = limit;

    internal static async Task<string> PlayAsync(IEnumerable<string> steps, int port, CancellationToken limit)
    {
        using var talk = new JetStreamTalk(limit);
        await talk._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit);
        await talk.SendAsync("CONNECT {\"verbose\":false,\"pedantic\":false,\"protocol\":1,\"headers\":true,\"no_responders\":true}\r\n");
        await talk.BarrierAsync();
        foreach (string step in steps)
        {
            try
            {
                await talk.PlayAsync(step);
                await talk.BarrierAsync();
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"No more answers from port {port} after: {step}");
            }
        }

        // By inbox: what comes to two of them has no order.
        return string.Join('\n', talk._frames.GroupBy(frame => frame.Sid).SelectMany(inbox => inbox.Select(frame => $"[{inbox.Key}] {frame.Text}")));
    }

    public void Dispose() => _socket.Dispose();

    private static (string Word, string Others) Cut(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (text, "") : (text[..space], text[(space + 1)..]);
    }

    private async Task PlayAsync(string step)
    {
        (string verb, string rest) = Cut(step);
        (string first, string second) = Cut(rest);
        switch (verb)
        {
            case "req":
                await RequestAsync($"$JS.API.{first}", "", second, 1);
                break;
            case "pub":
                (string headers, string payload) = second.StartsWith('{') && second.Contains('}', StringComparison.Ordinal) && !second.StartsWith("{\"", StringComparison.Ordinal)
                    ? (second[1..second.IndexOf('}', StringComparison.Ordinal)], second[(second.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim())
                    : ("", second);
                await RequestAsync(first, headers, payload, 1);
                break;
            case "pull":
                (string consumer, string body) = Cut(second);
                int split = body.LastIndexOf(' ');
                await RequestAsync($"$JS.API.CONSUMER.MSG.NEXT.{consumer}", "", body[..split], int.Parse(body[(split + 1)..], CultureInfo.InvariantCulture), first);
                break;
            case "more":
                await ReadAsync(first, int.Parse(second, CultureInfo.InvariantCulture));
                break;
            case "get":
                int cut = second.LastIndexOf(' ');
                await RequestAsync($"$JS.API.DIRECT.GET.{first}", "", cut < 0 ? "" : second[..cut], int.Parse(second[(cut + 1)..], CultureInfo.InvariantCulture));
                break;
            case "ack":
                await SendAsync($"PUB {_lastReply} {rest.Length}\r\n{rest}\r\n");
                break;
            case "ack!":
                await RequestAsync(_lastReply, "", rest, 1);
                break;
            case "wait": // the clock of the real server passes: a message or a consumer expires there
                await Task.Delay(int.Parse(first, CultureInfo.InvariantCulture), _limit);
                break;
            default:
                throw new FormatException(step);
        }
    }

    private async Task RequestAsync(string subject, string headers, string payload, int count, string? name = null)
    {
        string sid = name ?? $"r{++_nextSid}";
        string inbox = $"_INBOX.{sid}";
        string block = headers.Length == 0 ? "" : $"NATS/1.0\r\n{string.Join("\r\n", headers.Split(';').Select(header => header.Trim()))}\r\n\r\n";
        string publish = block.Length == 0
            ? $"PUB {subject} {inbox} {payload.Length}\r\n{payload}\r\n"
            : $"HPUB {subject} {inbox} {block.Length} {block.Length + payload.Length}\r\n{block}{payload}\r\n";
        await SendAsync($"SUB {inbox} {sid}\r\n{publish}");
        await ReadAsync(sid, count);
    }

    private async Task ReadAsync(string sid, int count)
    {
        while (_frames.Count(frame => frame.Sid == sid) < count)
        {
            await ReceiveAsync();
        }
    }

    private async Task BarrierAsync()
    {
        int wanted = _pongs + 1;
        await SendAsync("PING\r\n");
        while (_pongs < wanted)
        {
            await ReceiveAsync();
        }
    }

    private async Task SendAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), _limit);

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        int count = await _socket.ReceiveAsync(buffer, _limit);
        if (count == 0)
        {
            throw new IOException("The server ended the connection.");
        }

        _received.AddRange(buffer.AsSpan(0, count));
        while (TryTakeFrame())
        {
        }
    }

    private bool TryTakeFrame()
    {
        byte[] bytes = [.. _received];
        int end = bytes.AsSpan().IndexOf("\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        string line = Encoding.UTF8.GetString(bytes, 0, end);
        int used = end + 2;
        string[] words = line.Split(' ');
        if (words[0] is "MSG" or "HMSG")
        {
            bool hasHeaders = words[0] == "HMSG";
            int size = int.Parse(words[^1], CultureInfo.InvariantCulture);
            int headers = hasHeaders ? int.Parse(words[^2], CultureInfo.InvariantCulture) : 0;
            if (bytes.Length < used + size + 2)
            {
                return false;
            }

            bool hasReply = words.Length == (hasHeaders ? 6 : 5) && words[3].Length > 0;
            _lastReply = hasReply ? words[3] : _lastReply;
            string text = $"{words[1]} {(hasReply ? MaskReply(words[3]) : "-")} {MaskHeaders(Encoding.UTF8.GetString(bytes, used, headers))}{MaskPayload(Encoding.UTF8.GetString(bytes, used + headers, size - headers))}";
            _frames.Add((words[2], text));
            used += size + 2;
        }
        else if (words[0] == "PONG")
        {
            _pongs++;
        }
        else if (words[0] == "-ERR")
        {
            _frames.Add(("error", line));
        }

        _received.RemoveRange(0, used);
        return true;
    }

    private static string MaskReply(string reply)
    {
        string[] tokens = reply.Split('.');
        if (tokens is ["$JS", "ACK", ..] && tokens.Length == 9)
        {
            tokens[7] = "TIME";
        }

        return string.Join('.', tokens);
    }

    private static string MaskHeaders(string block) => string.Join(
        "|", block.Split("\r\n").Where(line => line.Length > 0).Select(line => line.StartsWith("Nats-Time-Stamp:", StringComparison.Ordinal) ? "Nats-Time-Stamp: TIME"
            : line.StartsWith("Nats-Subject: $JS.ACK", StringComparison.Ordinal) ? $"Nats-Subject: {MaskReply(line["Nats-Subject: ".Length..])}" : line)) + " ";

    private static string MaskPayload(string payload)
    {
        if (!payload.StartsWith('{'))
        {
            return payload;
        }

        try
        {
            return Mask(JsonNode.Parse(payload))!.ToJsonString();
        }
        catch (System.Text.Json.JsonException)
        {
            return payload;
        }
    }

    private static JsonNode? Mask(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, s_masked.Contains(field.Key) ? "MASKED" : Mask(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Mask)]),
        _ => node?.DeepClone(),
    };
}
