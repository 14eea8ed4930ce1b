using System.Text;
using Earshot.Catalogue.Tests.Bytes.Engines;
using Earshot.JetStream;
using Earshot.JetStream.Consuming;
using Earshot.JetStream.Requests;
using Earshot.Testing;
using Xunit;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>P93 to P95 over an in-memory server that plays the stream.</summary>
internal static class JetStreamScenarios
{
    /// <summary>An unreadable answer ends a call of the API immediately, and a publish at its deadline as Unknown.</summary>
    public static async Task AnswerAsync(string payload, bool isObject)
    {
        await using OpenSession session = await StartAsync();
        var context = new NatsJSContext(session.Connection);
        Task<PubAckResponse> publish = context.PublishAsync("orders", 1, cancellationToken: session.Rig.Token).AsTask();
        string inbox = await InboxAsync(session);
        await ReplyAsync(session, inbox, 3, payload);
        if (!isObject)
        {
            Task<INatsJSStream> call = context.GetStreamAsync("S", cancellationToken: session.Rig.Token).AsTask();
            string answerTo = await InboxAsync(session);
            await ReplyAsync(session, answerTo, 4, payload);
            Assert.IsType<NatsJSException>(await Record.ExceptionAsync(() => call));
        }

        Task serving = session.Peer.ServeAsync(session.Rig.Token);
        NatsJSPublishUnknownException unknown = await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => session.Rig.PassUntilAsync(publish, stepMilliseconds: 1000));
        Assert.Equal(NatsOutcome.Unknown, unknown.Outcome);
        Assert.Equal(NatsConnectionState.Open, session.Connection.ConnectionState);
        await session.Connection.CloseAsync();
        await serving;
    }

    /// <summary>Reply subjects of 0 to 20 tokens and with numbers of any kind are read exactly, or are no acks.</summary>
    public static Task AckSubjectsOfAnyLengthAsync()
    {
        for (int tokens = 0; tokens <= 20; tokens++)
        {
            string subject = "$JS.ACK." + string.Join('.', Enumerable.Range(1, tokens));
            bool isRead = AckSubject.TryRead(Encoding.UTF8.GetBytes(subject), null, out AckSubject parts);
            Assert.Equal(tokens == 7 || tokens >= 9, isRead); // the old format, and the new one with any tokens behind it
            Assert.Equal(isRead ? subject : "", isRead ? parts.ToString() : "");
        }

        foreach (string number in (string[])["-1", "+1", "", "x", "1e3", "0x1", "18446744073709551616", "1 ", " 1"])
        {
            for (int place = 0; place < 5; place++)
            {
                string[] numbers = ["3", "1234", "5678", "1732752000123456789", "42"];
                numbers[place] = number;
                string text = string.Join('.', numbers);
                Assert.False(AckSubject.TryRead(Encoding.UTF8.GetBytes($"$JS.ACK.S.C.{text}"), null, out _), text);
                Assert.False(AckSubject.TryRead(Encoding.UTF8.GetBytes($"$JS.ACK._.hash.S.C.{text}"), null, out _), text);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>What is no delivery of a server is ignored; a delivery whose position cannot be read has none.</summary>
    public static async Task DeliveriesWithOddRepliesAsync()
    {
        string[] others = ["", "_INBOX.other", "$JS.FC.S.C.x"];
        string[] replies = [.. others, "$JS.ACK.", "$JS.ACK.S.C.1.2", "$JS.ACK.S.C.x.1.1.1.0", $"$JS.ACK.S.C.1.{ulong.MaxValue}.{ulong.MaxValue}.{long.MaxValue}.0"];
        await using OpenSession session = await StartAsync();
        INatsJSConsume<string> read = await Consumer(session).StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = 10 }, cancellationToken: session.Rig.Token);
        await InboxAsync(session);
        foreach (string reply in replies)
        {
            await session.SendAsync($"MSG orders 3 {reply} 2\r\nhi\r\n");
        }

        List<NatsJSMsgMetadata?> metadata = [];
        Task serving = session.Peer.ServeAsync(session.Rig.Token);
        await foreach (INatsJSMsg<string> message in read.Msgs.WithCancellation(session.Rig.Token))
        {
            metadata.Add(message.Metadata);
            if (metadata.Count == replies.Length - others.Length)
            {
                break;
            }
        }

        Assert.Equal([false, false, false, true], metadata.Select(one => one is not null));
        Assert.Equal(NatsConnectionState.Open, session.Connection.ConnectionState);
        await EndAsync(session, read, serving);
    }

    /// <summary>The status is reported where it is unknown, and the consumer pulls again within a second.</summary>
    public static async Task StatusAsync(string status, bool isReported, string headers = "")
    {
        await using OpenSession session = await StartAsync();
        INatsJSConsume<string> read = await Consumer(session).StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = 10 }, cancellationToken: session.Rig.Token);
        string inbox = await InboxAsync(session);
        string block = $"NATS/1.0 {status}\r\n{headers}\r\n";
        await session.SendAsync($"HMSG {inbox} 3 {block.Length} {block.Length}\r\n{block}\r\n");
        Task<string> next = InboxAsync(session);
        await session.Rig.PassUntilAsync(next, stepMilliseconds: 200);
        Assert.Equal(isReported, session.Connection.Events.ToList().OfType<NatsUnhandledStatusEvent>().Any());
        await EndAsync(session, read, session.Peer.ServeAsync(session.Rig.Token));
    }

    public static async Task OtherHeartbeatAsync()
    {
        const string Block = "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 999\r\nNats-Last-Stream: 999999\r\n\r\n";
        await using OpenSession session = await StartAsync();
        INatsJSConsume<string> read = await Consumer(session).StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = 10 }, cancellationToken: session.Rig.Token);
        string inbox = await InboxAsync(session);
        await session.SendAsync($"HMSG {inbox} 3 {Block.Length} {Block.Length}\r\n{Block}\r\nMSG orders 3 $JS.ACK.S.C.1.1.1.1732752000000000000.0 2\r\nhi\r\n");
        Task serving = session.Peer.ServeAsync(session.Rig.Token);
        await foreach (INatsJSMsg<string> message in read.Msgs.WithCancellation(session.Rig.Token))
        {
            Assert.Equal(("hi", 1UL), (message.Data, message.Metadata!.Value.Sequence.Stream));
            break;
        }

        Assert.DoesNotContain(session.Connection.Events.ToList(), e => e is NatsStreamRegressionEvent);
        await EndAsync(session, read, serving);
    }

    private static Task<OpenSession> StartAsync() => OpenSession.StartAsync(opts => opts with { PingInterval = TimeSpan.Zero });

    private static NatsJSConsumer Consumer(OpenSession session) => new(
        new ContextParts(session.Connection, new NatsJSOpts(session.Connection.Opts)),
        new ConsumerInfo
        {
            StreamName = "S",
            Name = "C",
            Config = new ConsumerConfig("C") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(30), MaxDeliver = -1 },
        });

    // The reply subject of the next publish of the client.
    private static async Task<string> InboxAsync(OpenSession session)
    {
        while (true)
        {
            ClientOperation next = await session.Peer.ReadOperationAsync(session.Rig.Token) ?? throw new InvalidOperationException("The client has closed the connection.");
            if (next.Line == "PING")
            {
                await session.Peer.SendAsync("PONG");
            }
            else if (next.Verb is "PUB" or "HPUB")
            {
                return next.Line.Split(' ')[2];
            }
        }
    }

    private static ValueTask ReplyAsync(OpenSession session, string inbox, int sid, string payload) =>
        session.SendAsync($"MSG {inbox} {sid} {payload.Length}\r\n{payload}\r\n");

    private static async Task EndAsync(OpenSession session, INatsJSConsume<string> read, Task serving)
    {
        await session.Rig.PassUntilAsync(read.StopAsync(session.Rig.Token).AsTask());
        await session.Rig.PassUntilAsync(session.Connection.CloseAsync().AsTask());
        await serving;
    }
}
