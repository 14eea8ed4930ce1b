using Earshot.Protocol;
using static Earshot.Catalogue.Tests.Streams.Part;

namespace Earshot.Catalogue.Tests.Streams;

/// <summary>Streams of every operation in every form that is allowed, the same for the same size.</summary>
internal static class Corpora
{
    // Payloads that contain what ends an operation, and what begins one.
    private static readonly string[] s_payloads = ["", "x", "hello", "\r\n", "\r", "\n", "\r\nMSG foo 1 1\r\nx\r\n", "PING\r\n", "+OK\r\n", "\0\u00ff\u0080", new string('z', 3000)];
    private static readonly string[] s_subjects = ["a", "foo.bar", "_INBOX.Xy7hashXy7hashXy7hash.1", "gr\u00c3\u00bcn", "$JS.API.STREAM.INFO.S"];
    private static readonly string[] s_blocks = ["NATS/1.0\r\n\r\n", "NATS/1.0\r\nA: b\r\n\r\n", "NATS/1.0 503\r\n\r\n", "NATS", "NATS/1.0\r\nA: x\ny\r\nB:\r\n\r\n"];
    private static readonly string[] s_ends = ["\r\n", "\n", " \r\n", " \t \r\n"];

    /// <summary>What a server sends, at least this many bytes.</summary>
    public static StreamCorpus Server(int length)
    {
        var corpus = new StreamCorpus(StreamReaders.Server);
        var random = new Random(20_301);
        while (corpus.Length < length)
        {
            AddServerOperation(corpus, random);
        }

        return corpus;
    }

    /// <summary>What a client sends, at least this many bytes.</summary>
    public static StreamCorpus Client(int length)
    {
        var corpus = new StreamCorpus(StreamReaders.Client);
        var random = new Random(20_302);
        while (corpus.Length < length)
        {
            AddClientOperation(corpus, random);
        }

        return corpus;
    }

    private static void AddServerOperation(StreamCorpus corpus, Random random)
    {
        string end = Any(s_ends, random);
        switch (random.Next(12))
        {
            case 0: corpus.Add(ServerOperationKind.Ping, 0, (Other, Cased("PING", random) + end)); break;
            case 1: corpus.Add(ServerOperationKind.Pong, 0, (Other, Cased("PONG", random) + end)); break;
            case 2: corpus.Add(ServerOperationKind.Ok, 0, (Other, Cased("+OK", random) + end)); break;
            case 3: corpus.Add(ServerOperationKind.Error, 0, (Other, Cased("-ERR", random) + " '"), (Payload, "Stale Connection"), (Other, "'" + end)); break;
            case 4: corpus.Add(ServerOperationKind.Info, 0, (Other, Cased("INFO", random) + " "), (Payload, "{\"server_id\":\"a\",\"max_payload\":1048576}"), (Other, end)); break;
            case 5 or 6: AddHeaderMessage(corpus, random, end); break;
            case 7: AddRepeatedMessages(corpus, random); break;
            default: AddMessage(corpus, random, end); break;
        }
    }

    private static void AddMessage(StreamCorpus corpus, Random random, string end)
    {
        string payload = Any(s_payloads, random), reply = random.Next(3) == 0 ? Any(s_subjects, random) : "", gap = Gap(random);
        int sid = random.Next(1, 100_000);
        corpus.Add(
            ServerOperationKind.Message,
            sid,
            (Other, Cased("MSG", random) + gap),
            (Subject, Any(s_subjects, random)),
            (Other, $"{gap}{(random.Next(4) == 0 ? "0" : "")}{sid}{gap}"),
            (ReplyOrSid, reply),
            (Other, $"{(reply.Length > 0 ? gap : "")}{payload.Length}{end}"),
            (Payload, payload),
            (Other, "\r\n"));
    }

    private static void AddHeaderMessage(StreamCorpus corpus, Random random, string end)
    {
        string payload = Any(s_payloads, random), block = Any(s_blocks, random), reply = random.Next(2) == 0 ? Any(s_subjects, random) : "", gap = Gap(random);
        int sid = random.Next(1, 100_000);
        corpus.Add(
            ServerOperationKind.Message,
            sid,
            (Other, Cased("HMSG", random) + gap),
            (Subject, Any(s_subjects, random)),
            (Other, $"{gap}{sid}{gap}"),
            (ReplyOrSid, reply),
            (Other, $"{(reply.Length > 0 ? gap : "")}{block.Length}{gap}{block.Length + payload.Length}{end}"),
            (Headers, block),
            (Payload, payload),
            (Other, "\r\n"));
    }

    // As a busy subscription receives them: the same bytes in front of each size.
    private static void AddRepeatedMessages(StreamCorpus corpus, Random random)
    {
        string subject = Any(s_subjects, random);
        int sid = random.Next(1, 100);
        for (int i = random.Next(2, 6); i > 0; i--)
        {
            string payload = Any(s_payloads, random);
            corpus.Add(ServerOperationKind.Message, sid, (Other, "MSG "), (Subject, subject), (Other, $" {sid} {payload.Length}\r\n"), (Payload, payload), (Other, "\r\n"));
        }
    }

    private static void AddClientOperation(StreamCorpus corpus, Random random)
    {
        string end = Any(s_ends, random), gap = Gap(random), sid = $"{random.Next(1, 1000)}";
        switch (random.Next(9))
        {
            case 0: corpus.Add(ClientOperationKind.Ping, 0, (Other, Cased("PING", random) + end)); break;
            case 1: corpus.Add(ClientOperationKind.Pong, 0, (Other, Cased("PONG", random) + end)); break;
            case 2: corpus.Add(ClientOperationKind.Subscribe, 0, (Other, Cased("SUB", random) + gap), (Subject, Any(s_subjects, random)), (Other, gap), (ReplyOrSid, sid), (Other, end)); break;
            case 3: corpus.Add(ClientOperationKind.Unsubscribe, 5, (Other, Cased("UNSUB", random) + gap), (Subject, sid), (Other, $"{gap}5{end}")); break;
            case 4: corpus.Add(ClientOperationKind.Connect, 0, (Other, $"CONNECT {{\"verbose\":false,\"name\":\"{sid}\"}}{end}")); break;
            case 5 or 6: AddPublish(corpus, random, "", gap, end); break;
            default: AddPublish(corpus, random, Any(s_blocks, random), gap, end); break;
        }
    }

    private static void AddPublish(StreamCorpus corpus, Random random, string block, string gap, string end)
    {
        string payload = Any(s_payloads, random), reply = random.Next(2) == 0 ? Any(s_subjects, random) : "";
        string sizes = block.Length == 0 ? $"{payload.Length}" : $"{block.Length}{gap}{block.Length + payload.Length}";
        corpus.Add(
            block.Length == 0 ? ClientOperationKind.Publish : ClientOperationKind.HeadersPublish,
            0,
            (Other, Cased(block.Length == 0 ? "PUB" : "HPUB", random) + gap),
            (Subject, Any(s_subjects, random)),
            (Other, gap),
            (ReplyOrSid, reply),
            (Other, $"{(reply.Length > 0 ? gap : "")}{sizes}{end}"),
            (Headers, block),
            (Payload, payload),
            (Other, "\r\n"));
    }

    private static string Any(string[] all, Random random) => all[random.Next(all.Length)];

    private static string Gap(Random random) => random.Next(6) switch { 0 => "\t", 1 => "  ", _ => " " };

    private static string Cased(string verb, Random random) => random.Next(5) == 0 ? verb.ToLowerInvariant() : verb;
}
