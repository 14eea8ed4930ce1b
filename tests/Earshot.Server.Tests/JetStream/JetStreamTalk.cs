using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Earshot.Server.Tests.JetStream;

/// <summary>
/// Runs one script against one port, on a raw socket, and records what each inbox received, without times and versions. The steps:
/// <c>req SUBJECT [body]</c> (behind <c>$JS.API.</c>), <c>pub SUBJECT [{Header: value;..}] [payload]</c> with an ack, <c>pull NAME S.C body COUNT</c>
/// (waits for this number of messages and statuses), <c>more NAME COUNT</c> (until it has this number), <c>ack WORD</c> of the last delivery and <c>ack! WORD</c> with an answer,
/// <c>get S body COUNT</c> (direct), <c>wait MILLISECONDS</c>, <c>post ..</c> (as <c>pub</c>, without reply subject), <c>ask ..</c> (does not wait for the answer),
/// <c>fast NAME TAIL SUBJECT ..</c> (with the reply subject of a fast batch), <c>listen NAME SUBJECT</c>, <c>each FROM TO STEP</c> (with the number for <c>#</c>);
/// for push consumers <c>sub NAME SUBJECT [QUEUE]</c>, <c>unsub NAME</c>, <c>fill SUBJECT COUNT SIZE</c> (publishes without acks) and
/// <c>flow [Header: value;..]</c> (answers the last flow control request); <c>$PIN</c> in the body of a pull is the id of the pinned client in the last
/// message; and for generated scripts <c>fetch NAME S.C body COUNT</c> (this number of messages, or to a status), <c>read S body</c> (direct, to a status),
/// <c>settle WORD</c> (an ack of the last delivery, if there is one, which may have no answer), <c>at SEQUENCE DELIVERY</c> (the next acks have these
/// sequences of the stream and of the consumer);
/// and <c>until S.C FIELD COUNT</c> (waits until the consumer reports it: the real server has queues of their own for pulls and for what is stored).
/// </summary>
internal sealed class JetStreamTalk : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly List<byte> _received = [];
    private readonly List<(string Sid, string Text)> _frames = [];
    private readonly HashSet<string> _subscribed = [];
    private readonly HashSet<string> _pushed = []; // subscriptions of push consumers
    private readonly CancellationToken _limit;
    private readonly bool _isReal;
    private string _lastReply = "";
    private string _lastFlow = "";
    private string _lastPin = "";
    private int _nextSid;
    private int _pongs;

    private JetStreamTalk(bool isReal, CancellationToken limit) => (_isReal, _limit) = (isReal, limit);

    internal static async Task<string> PlayAsync(IEnumerable<string> steps, int port, CancellationToken limit, string? user = null)
    {
        using var talk = new JetStreamTalk(user is not null, limit); // only the real server has accounts
        await talk._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit);
        string login = user is null ? "" : $",\"user\":\"{user}\",\"pass\":\"{JetStreamServer.Password}\"";
        await talk.SendAsync($"CONNECT {{\"verbose\":false,\"pedantic\":false,\"protocol\":1,\"headers\":true,\"no_responders\":true{login}}}\r\n");
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
        return string.Join('\n', talk._frames.GroupBy(frame => frame.Sid).OrderBy(inbox => inbox.Key, StringComparer.Ordinal).SelectMany(inbox => inbox.Select(frame => $"[{inbox.Key}] {frame.Text}")));
    }

    public void Dispose() => _socket.Dispose();

    private static (string Word, string Others) Cut(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (text, "") : (text[..space], text[(space + 1)..]);
    }

    private static (string Headers, string Payload) CutHeaders(string text)
    {
        int end = text.IndexOf('}', StringComparison.Ordinal);
        return text.StartsWith('{') && end > 0 && !text.StartsWith("{\"", StringComparison.Ordinal) ? (text[1..end], text[(end + 1)..].Trim()) : ("", text);
    }

    private static string Block(string headers) =>
        headers.Length == 0 ? "" : $"NATS/1.0\r\n{string.Join("\r\n", headers.Split(';').Select(header => header.Trim()))}\r\n\r\n";

    private async Task PlayAsync(string step)
    {
        (string verb, string rest) = Cut(step);
        (string first, string second) = Cut(rest);
        switch (verb)
        {
            case "req":
                await RequestAsync($"$JS.API.{first}", "", second, 1);
                break;
            case "pub" or "ask":
                (string headers, string payload) = CutHeaders(second);
                await RequestAsync(first, headers, payload, verb == "pub" ? 1 : 0);
                break;
            case "pull":
                (string consumer, string body) = Cut(second.Replace("$PIN", _lastPin, StringComparison.Ordinal));
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
            case "post" or "fast" or "listen" or "each":
                await PlayBatchAsync(verb, first, second);
                break;
            case "sub" or "unsub" or "fill" or "flow":
                await PlayPushAsync(verb, first, second);
                break;
            default:
                await PlayOpenEndedAsync(verb, first, second);
                break;
        }
    }

    private async Task PlayBatchAsync(string verb, string first, string second)
    {
        switch (verb)
        {
            case "post":
                (string headers, string payload) = CutHeaders(second);
                await PublishAsync(first, "", headers, payload);
                break;
            case "fast":
                (string tail, string message) = Cut(second);
                (string subject, string content) = Cut(message);
                (headers, payload) = CutHeaders(content);
                await ListenAsync(first, $"_INBOX.{first}.>");
                await PublishAsync(subject, $"_INBOX.{first}.{tail}.$FI", headers, payload);
                break;
            case "listen":
                await ListenAsync(first, second);
                break;
            case "each":
                (string last, string repeated) = Cut(second);
                for (int i = int.Parse(first, CultureInfo.InvariantCulture); i <= int.Parse(last, CultureInfo.InvariantCulture); i++)
                {
                    await PlayAsync(repeated.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
                }

                break;
        }
    }

    private async Task PlayPushAsync(string verb, string first, string second)
    {
        switch (verb)
        {
            case "sub":
                _pushed.Add(first);
                await SendAsync($"SUB {second} {first}\r\n");
                break;
            case "unsub":
                await SendAsync($"UNSUB {first}\r\n");
                break;
            case "fill":
                string[] amounts = second.Split(' ');
                await SendAsync(string.Concat(Enumerable.Repeat($"PUB {first} {amounts[1]}\r\n{new string('x', int.Parse(amounts[1], CultureInfo.InvariantCulture))}\r\n", int.Parse(amounts[0], CultureInfo.InvariantCulture))));
                break;
            case "flow":
                string answer = Block(second.Length == 0 ? first : $"{first} {second}");
                await SendAsync(answer.Length == 0 ? $"PUB {_lastFlow} 0\r\n\r\n" : $"HPUB {_lastFlow} {answer.Length} {answer.Length}\r\n{answer}\r\n");
                break;
        }
    }

    private async Task PlayOpenEndedAsync(string verb, string first, string second)
    {
        switch (verb)
        {
            case "fetch":
                (string consumer, string body) = Cut(second);
                int split = body.LastIndexOf(' ');
                await RequestAsync($"$JS.API.CONSUMER.MSG.NEXT.{consumer}", "", body[..split], 0, first);
                await ReadToStatusAsync(first, int.Parse(body[(split + 1)..], CultureInfo.InvariantCulture));
                break;
            case "read":
                await RequestAsync($"$JS.API.DIRECT.GET.{first}", "", second, 0);
                await ReadToStatusAsync($"r{_nextSid}", int.MaxValue);
                break;
            case "settle" when _lastReply.Length > 0:
                await SettleAsync(second.Length == 0 ? first : $"{first} {second}");
                break;
            case "settle":
                break;
            case "at":
                string[] tokens = _lastReply.Split('.');
                (tokens[^4], tokens[^3]) = (first, second);
                _lastReply = string.Join('.', tokens);
                break;
            case "until":
                (string field, string count) = Cut(second);
                await WaitUntilAsync(first, $"\"{field}\":{count}");
                break;
            default:
                throw new FormatException($"{verb} {first} {second}");
        }
    }

    private async Task RequestAsync(string subject, string headers, string payload, int count, string? name = null)
    {
        string sid = name ?? $"r{++_nextSid}";
        string inbox = $"_INBOX.{sid}";
        await ListenAsync(sid, inbox);
        await PublishAsync(subject, inbox, headers, payload);
        await ReadAsync(sid, count);
    }

    private async Task ListenAsync(string sid, string subject)
    {
        if (_subscribed.Add(sid))
        {
            await SendAsync($"SUB {subject} {sid}\r\n");
        }
    }

    private async Task PublishAsync(string subject, string replyTo, string headers, string payload)
    {
        string block = Block(headers);
        await SendAsync(block.Length == 0
            ? $"PUB {subject} {replyTo} {payload.Length}\r\n{payload}\r\n"
            : $"HPUB {subject} {replyTo} {block.Length} {block.Length + payload.Length}\r\n{block}{payload}\r\n");
    }

    private async Task ReadAsync(string sid, int count)
    {
        while (_frames.Count(frame => frame.Sid == sid) < count)
        {
            await ReceiveAsync();
        }
    }

    private async Task ReadToStatusAsync(string sid, int count)
    {
        while (_frames.Count(frame => frame.Sid == sid) < count && !_frames.Exists(frame => frame.Sid == sid && IsStatus(frame.Text)))
        {
            await ReceiveAsync();
        }
    }

    // An ack of what was never delivered has no answer. The in-process server answers before the PONG of a PING behind the ack. A real one has queues
    // between them; but there, +WPI about a sequence that no stream has changes nothing, always has an answer, and passes the same queues.
    private async Task SettleAsync(string word)
    {
        const string Sid = "behind";
        string lastReply = _lastReply;
        await RequestAsync(lastReply, "", word, 0);
        string sid = $"r{_nextSid}";
        if (_isReal)
        {
            string[] tokens = lastReply.Split('.');
            tokens[^4] = long.MaxValue.ToString(CultureInfo.InvariantCulture);
            await RequestAsync(string.Join('.', tokens), "", "+WPI", 1, Sid);
            _frames.RemoveAll(frame => frame.Sid == Sid);
        }
        else
        {
            await BarrierAsync();
        }

        if (!_frames.Exists(frame => frame.Sid == sid))
        {
            _frames.Add((sid, "no answer"));
        }
    }

    private async Task WaitUntilAsync(string consumer, string reported)
    {
        const string Sid = "until";
        string info = "";
        while (!info.Contains(reported, StringComparison.Ordinal))
        {
            await RequestAsync($"$JS.API.CONSUMER.INFO.{consumer}", "", "", 1, Sid);
            info = _frames.Find(frame => frame.Sid == Sid).Text;
            _frames.RemoveAll(frame => frame.Sid == Sid);
        }
    }

    private static bool IsStatus(string text)
    {
        int at = text.IndexOf(" - NATS/1.0 ", StringComparison.Ordinal);
        return at > 0 && char.IsAsciiDigit(text[at + " - NATS/1.0 ".Length]);
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
            string block = Encoding.UTF8.GetString(bytes, used, headers);
            Remember(hasReply ? words[3] : "", block);
            string text = $"{words[1]} {(hasReply ? JetStreamMask.Reply(words[3]) : "-")} {JetStreamMask.Headers(block)}{JetStreamMask.Payload(Encoding.UTF8.GetString(bytes, used + headers, size - headers))}";
            Add(words[2], text);
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

    // The number of equal heartbeats depends on how long a step has taken.
    private void Add(string sid, string text)
    {
        bool isRepeated = _pushed.Contains(sid) && text.Contains("100 Idle Heartbeat", StringComparison.Ordinal) && _frames.FindLast(frame => frame.Sid == sid).Text == text;
        if (!isRepeated)
        {
            _frames.Add((sid, text));
        }
    }

    private void Remember(string reply, string headers)
    {
        _lastReply = reply.StartsWith("$JS.ACK.", StringComparison.Ordinal) ? reply : _lastReply;
        _lastFlow = reply.StartsWith("$JS.FC.", StringComparison.Ordinal) ? reply : Header(headers, "Nats-Consumer-Stalled: ") ?? _lastFlow;
        _lastPin = Header(headers, "Nats-Pin-Id: ") ?? _lastPin;
    }

    private static string? Header(string block, string name) =>
        block.Split("\r\n").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
}
