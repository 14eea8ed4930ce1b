using System.Globalization;

namespace Earshot.Server.Tests.JetStream;

/// <summary>
/// Makes scripts for <see cref="JetStreamTalk"/>: sequences of operations on one or two streams and their consumers, the same for the same seed.
/// Nothing in them depends on the time that passes.
/// </summary>
internal sealed class ScriptGenerator(int seed)
{
    private const string Expires = "\"expires\":60000000";
    private const string LongExpires = "\"expires\":600000000";

    private static readonly string[] s_subjects = ["s.a", "s.b", "s.c", "s.a.b", "t.x"];
    private static readonly string[] s_filters = ["s.a", "s.b", "s.*", "s.>", "t.x", "s.a.*"];
    private static readonly string[] s_streams = ["S", "S", "S", "T"];
    private static readonly string[] s_consumers = ["C", "D"];
    private static readonly string[] s_settlements = ["+ACK", "+ACK", "", "-NAK", "+TERM", "+TERM because", "+WPI", "+BOGUS"];

    // CA5394 is about secrets; a script must be repeatable.
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, string> _filters = []; // of each consumer: what an update of it does is in the named scripts
    private int _names;

    internal IReadOnlyList<string> Next(int length)
    {
        var steps = new List<string> { $"req STREAM.CREATE.S {Stream("S")}", $"req CONSUMER.CREATE.S.C {Consumer("S", "C")}" };
        while (steps.Count < length)
        {
            steps.Add(Step());
        }

        steps.Add("req STREAM.INFO.S {\"deleted_details\":true,\"subjects_filter\":\">\"}");
        steps.Add("req CONSUMER.LIST.S");
        return steps;
    }

    private string Step()
    {
        string stream = One(s_streams);
        string consumer = One(s_consumers);
        return _random.Next(100) switch
        {
            < 38 => $"pub {One(s_subjects)} {Headers()}{Payload()}".TrimEnd(),
            < 52 => $"fetch f{++_names} {stream}.{consumer} {Pull(out int batch)} {Text(batch)}",
            < 66 => $"settle {One(s_settlements)}".TrimEnd(),
            < 72 => $"req CONSUMER.CREATE.{stream}.{consumer} {Consumer(stream, consumer)}",
            < 75 => $"req CONSUMER.INFO.{stream}.{consumer}",
            < 77 => $"req CONSUMER.DELETE.{stream}.{consumer}",
            < 80 => $"req STREAM.UPDATE.{stream} {Stream(stream)}",
            < 82 => $"req STREAM.CREATE.{stream} {Stream(stream)}",
            < 86 => $"req STREAM.PURGE.{stream} {Purge()}".TrimEnd(),
            < 89 => $"req STREAM.MSG.DELETE.{stream} {{\"seq\":{Text(_random.Next(1, 8))}}}",
            < 92 => $"req STREAM.MSG.GET.{stream} {Get()}",
            < 95 => $"get {stream} {Get()} 1",
            < 97 => $"read {stream} {DirectBatch()}",
            < 98 => $"req STREAM.DELETE.{stream}",
            _ => $"req STREAM.INFO.{stream} {{\"subjects_filter\":\"{One(s_filters)}\"}}",
        };
    }

    private string Stream(string name)
    {
        string[] subjects = name == "T" ? ["\"t.x\"", "\"t.>\"", "\"t.x\",\"t.y\""] : ["\"s.>\"", "\"s.*\"", "\"s.a\",\"s.b\"", "\"s.>\",\"t.x\""];
        var fields = new List<string> { $"\"name\":\"{name}\"", $"\"subjects\":[{One(subjects)}]" };
        Add(fields, 2, $"\"storage\":\"{One("file", "memory", "memory")}\"");
        Add(fields, 3, $"\"retention\":\"{One("interest", "workqueue", "limits")}\"");
        Add(fields, 4, $"\"max_msgs\":{Text(_random.Next(1, 6))}");
        Add(fields, 4, $"\"max_msgs_per_subject\":{Text(_random.Next(1, 3))}");
        Add(fields, 6, $"\"max_bytes\":{Text(_random.Next(50, 400))}");
        Add(fields, 6, $"\"max_msg_size\":{Text(_random.Next(3, 30))}");
        Add(fields, 4, "\"discard\":\"new\"");
        Add(fields, 8, "\"discard_new_per_subject\":true");
        Add(fields, 2, "\"allow_rollup_hdrs\":true");
        Add(fields, 2, "\"allow_direct\":true");
        Add(fields, 4, "\"allow_msg_ttl\":true");
        Add(fields, 12, "\"deny_delete\":true");
        Add(fields, 12, "\"deny_purge\":true");
        Add(fields, 12, $"\"max_consumers\":{Text(_random.Next(1, 3))}");
        Add(fields, 12, $"\"first_seq\":{Text(_random.Next(2, 50))}");
        Add(fields, 12, $"\"duplicate_window\":{One("0", "60000000000")}");
        Add(fields, 12, "\"metadata\":{\"k\":\"v\"}");
        return $"{{{string.Join(',', fields)}}}";
    }

    private string Consumer(string stream, string name)
    {
        var fields = new List<string> { $"\"name\":\"{name}\"", $"\"ack_policy\":\"{One("explicit", "explicit", "explicit", "all", "none")}\"" };
        Add(fields, 2, $"\"durable_name\":\"{name}\"");
        string key = $"{stream}.{name}";
        if (!_filters.TryGetValue(key, out string? filter))
        {
            _filters[key] = filter = Filter();
        }

        if (filter.Length > 0)
        {
            fields.Add(filter);
        }

        fields.Add(_random.Next(8) switch
        {
            0 => "\"deliver_policy\":\"last\"",
            1 => "\"deliver_policy\":\"new\"",
            2 => "\"deliver_policy\":\"last_per_subject\"",
            3 => $"\"deliver_policy\":\"by_start_sequence\",\"opt_start_seq\":{Text(_random.Next(0, 2))}", // beyond the end, the real server counts what it skips
            _ => "\"deliver_policy\":\"all\"",
        });
        Add(fields, 5, $"\"max_deliver\":{Text(_random.Next(1, 3))}");
        Add(fields, 5, $"\"max_ack_pending\":{Text(_random.Next(1, 3))}");
        Add(fields, 8, "\"headers_only\":true");
        Add(fields, 8, $"\"max_batch\":{Text(_random.Next(1, 4))}");
        Add(fields, 12, "\"description\":\"d\"");
        Add(fields, 12, "\"mem_storage\":true");
        string action = _random.Next(4) switch { 0 => ",\"action\":\"create\"", 1 => ",\"action\":\"update\"", _ => "" };
        return $"{{\"stream_name\":\"{stream}\",\"config\":{{{string.Join(',', fields)}}}{action}}}";
    }

    private string Filter() => _random.Next(6) switch
    {
        0 => $"\"filter_subjects\":[\"{One(s_filters)}\",\"{One(s_filters)}\"]",
        1 => $"\"filter_subject\":\"{One(s_filters)}\"",
        _ => "",
    };

    private string Headers()
    {
        var headers = new List<string>();
        Add(headers, 5, $"Nats-Msg-Id: {One("a", "b", "c")}");
        Add(headers, 10, $"Nats-Expected-Last-Sequence: {Text(_random.Next(0, 6))}");
        Add(headers, 8, $"Nats-Expected-Last-Subject-Sequence: {Text(_random.Next(0, 6))}");
        Add(headers, 20, $"Nats-Expected-Last-Subject-Sequence-Subject: {One("s.a", "s.*")}");
        Add(headers, 15, $"Nats-Expected-Stream: {One("S", "T")}");
        Add(headers, 15, $"Nats-Expected-Last-Msg-Id: {One("a", "b")}");
        Add(headers, 8, $"Nats-Rollup: {One("sub", "all", "sub")}");
        Add(headers, 15, $"Nats-TTL: {One("never", "1h", "5000", "10ms", "x")}");
        Add(headers, 8, "A: b");
        return headers.Count == 0 ? "" : $"{{{string.Join("; ", headers)}}} ";
    }

    private string Payload() => new('x', _random.Next(0, 12));

    /// <summary>The same script with pulls that wait longer: nothing of a message that is there is then a question of speed.</summary>
    internal static IReadOnlyList<string> WithMoreTime(IReadOnlyList<string> script) =>
        [.. script.Select(step => step.Replace(Expires, LongExpires, StringComparison.Ordinal))];

    // A pull ends with its last message or, a moment later, with a status.
    private string Pull(out int batch)
    {
        batch = _random.Next(1, 5);
        string expires = _random.Next(3) > 0 ? $"\"no_wait\":true,{Expires}" : Expires;
        string bytes = _random.Next(8) == 0 ? $",\"max_bytes\":{Text(_random.Next(40, 200))}" : "";
        return $"{{\"batch\":{Text(batch)},{expires}{bytes}}}";
    }

    // Purges of a part of the subjects are in the named scripts.
    private string Purge() => _random.Next(3) switch
    {
        0 => "",
        1 => $"{{\"seq\":{Text(_random.Next(1, 8))}}}",
        _ => $"{{\"keep\":{Text(_random.Next(0, 3))}}}",
    };

    private string Get() => _random.Next(4) switch
    {
        0 => $"{{\"last_by_subj\":\"{One(s_filters)}\"}}",
        1 => $"{{\"next_by_subj\":\"{One(s_filters)}\",\"seq\":{Text(_random.Next(0, 6))}}}",
        _ => $"{{\"seq\":{Text(_random.Next(0, 8))}}}",
    };

    private string DirectBatch() => _random.Next(3) switch
    {
        0 => $"{{\"multi_last\":[\"{One(s_filters)}\"]}}",
        1 => $"{{\"multi_last\":[\"{One(s_filters)}\",\"{One(s_filters)}\"],\"batch\":{Text(_random.Next(1, 4))}}}",
        _ => $"{{\"seq\":{Text(_random.Next(1, 6))},\"batch\":{Text(_random.Next(1, 4))}}}",
    };

    private void Add(List<string> list, int oneIn, string text)
    {
        if (_random.Next(oneIn) == 0)
        {
            list.Add(text);
        }
    }

    private string One(params ReadOnlySpan<string> all) => all[_random.Next(all.Length)];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
