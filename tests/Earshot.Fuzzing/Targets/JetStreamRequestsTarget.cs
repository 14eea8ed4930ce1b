using System.Text;
using System.Text.Json;
using Earshot.Fuzzing.Engine;
using Earshot.Server.JetStream;

namespace Earshot.Fuzzing.Targets;

/// <summary>Requests to JetStream of the in-process server, one per line: the words of the subject, a blank, the JSON. Each answer is JSON too.</summary>
internal sealed class JetStreamRequestsTarget : IFuzzTarget
{
    private const int MaxLines = 12;

    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Name => "jetstream-requests";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of(
        "STREAM.CREATE.S {\"name\":\"S\",\"subjects\":[\"s.>\"],\"allow_direct\":true,\"max_msgs_per_subject\":2}\nPUB s.a\nPUB s.b\nSTREAM.INFO.S {\"subjects_filter\":\">\"}\nDIRECT.GET.S {\"last_by_subj\":\"s.a\"}\nSTREAM.PURGE.S {\"filter\":\"s.a\"}",
        "STREAM.CREATE.S {\"name\":\"S\",\"subjects\":[\"s.>\"]}\nCONSUMER.CREATE.S.C {\"stream_name\":\"S\",\"config\":{\"name\":\"C\",\"ack_policy\":\"explicit\",\"filter_subject\":\"s.a\",\"max_deliver\":3,\"backoff\":[1000000000]}}\nPUB s.a\nCONSUMER.MSG.NEXT.S.C {\"batch\":2,\"expires\":1000000000,\"idle_heartbeat\":100000000}\nCONSUMER.INFO.S.C\nCONSUMER.PAUSE.S.C {\"pause_until\":\"2031-01-01T00:00:00Z\"}\nCONSUMER.DELETE.S.C",
        "STREAM.UPDATE.S {\"name\":\"S\",\"retention\":\"workqueue\"}\nSTREAM.NAMES {\"subject\":\"s\",\"offset\":1}\nSTREAM.LIST\nINFO\nCONSUMER.NAMES.S\nCONSUMER.LIST.S\nSTREAM.MSG.GET.S {\"seq\":1}\nSTREAM.MSG.DELETE.S {\"seq\":1}\nSTREAM.DELETE.S");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "\n", "STREAM.CREATE.S ", "CONSUMER.CREATE.S.C ", "CONSUMER.MSG.NEXT.S.C ", "PUB s.a", "\"subjects\":", "\"max_age\":", "\"deliver_policy\":\"by_start_time\"", "\"opt_start_time\":\"2030-01-01T00:00:00Z\"", "\"opt_start_seq\":", "\"filter_subjects\":[",
        "\"priority_groups\":[\"A\"]", "\"priority_policy\":\"pinned_client\"", "\"republish\":{\"src\":\">\",\"dest\":\"r.>\"}", "\"subject_transform\":{\"src\":\"s.*\",\"dest\":\"t.{{wildcard(1)}}\"}", "\"sources\":[{\"name\":\"T\"}]", "\"mirror\":{\"name\":\"T\"}",
        "\"allow_msg_ttl\":true", "\"metadata\":{}", "\"deliver_subject\":\"d\"", "\"flow_control\":true", "\"multi_last\":[\"s.>\"]", "null", "[]", "{}", "\"config\":{", "}");

    public void Run(ReadOnlySpan<byte> input)
    {
        var host = new Host();
        var account = new JetStreamAccount("server", "2.15.1", new FixedTime(), host, host);
        int lines = 0;
        foreach (Range range in input.Split((byte)'\n'))
        {
            if (lines++ == MaxLines)
            {
                break;
            }

            ReadOnlySpan<byte> line = input[range];
            int blank = line.IndexOf((byte)' ');
            string[] words = Encoding.UTF8.GetString(blank < 0 ? line : line[..blank]).Split('.');
            byte[] body = blank < 0 ? [] : line[(blank + 1)..].ToArray();
            if (words is ["PUB"])
            {
                Publish(account, body);
            }
            else if (ApiDispatcher.HasResponder(account, words) && ApiDispatcher.Answer(account, new ApiCall(words, "i"u8.ToArray(), body)) is { } answer)
            {
                JsonDocument.Parse(answer).Dispose();
            }
        }

        account.Tick();
    }

    private static void Publish(JetStreamAccount account, byte[] subject)
    {
        foreach (HostedStream stream in account.Streams.Where(stream => stream.State.Subjects.Matches(subject)).ToList())
        {
            stream.Input.Publish(new IncomingMessage { Subject = subject, ReplyTo = "i"u8, Headers = [], Payload = "x"u8 }, s_now);
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => s_now;
    }

    private sealed class Host : IJetStreamOutput, IStreamHost
    {
        public string Account => "$G";

        public void Subscribe(StreamState stream)
        {
        }

        public void Unsubscribe(StreamState stream)
        {
        }

        public void Send(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
        {
        }

        public void Deliver(ReadOnlySpan<byte> inbox, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
        {
        }

        public bool HasInterest(ReadOnlySpan<byte> subject) => true;

        public bool IsBound(ReadOnlySpan<byte> subject, string? group) => false;

        public void WakeAt(DateTimeOffset? time)
        {
        }
    }
}
