using Earshot.JetStream.Requests;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>The frames that a read of a push consumer writes, over an in-memory server with fake time.</summary>
public sealed class PushWireTests : PushWireRig
{
    private const string Flow = "$JS.FC.S.C.abcd";

    [Fact]
    public async Task Flow_control_is_answered_when_the_application_has_processed_what_stood_in_front_of_it()
    {
        Task<NatsFlowControlProcessedEvent> answered = AnsweredAsync();
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await StartAsync(Durable)).Msgs.GetAsyncEnumerator(Cancel);
        await MessageAsync(1);
        await MessageAsync(2);
        await FlowRequestAsync(Flow);
        await MessageAsync(3);
        await FlushAsync();
        Assert.True(await messages.MoveNextAsync());
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await messages.MoveNextAsync());
        await Connection.PublishAsync("second.taken", "", cancellationToken: Cancel);
        await PublishedAsync("second.taken", ""); // nothing was answered yet: the second message is being processed
        Assert.True(await messages.MoveNextAsync());
        await PublishedAsync(Flow, "");
        NatsFlowControlProcessedEvent told = await answered;

        Assert.Equal((Flow, FlowControlSource.FlowControl, TimeSpan.FromSeconds(2)), (told.Subject, told.Source, told.Held));
        Assert.Equal(("S", "C", NatsJSConsumerKind.Push), (told.Consumer.Stream, told.Consumer.Name, told.Consumer.Kind));
    }

    [Fact]
    public async Task Push_stall_is_answered_after_a_reconnect()
    {
        Task<NatsFlowControlProcessedEvent> answered = AnsweredAsync();
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = (await StartAsync(Durable)).Msgs.GetAsyncEnumerator(Cancel);
        await MessageAsync(1);
        await MessageAsync(2);
        await FlowRequestAsync(Flow);
        await FlushAsync();
        Assert.True(await messages.MoveNextAsync());
        Peer.Close();
        Peer = await AcceptAsync();
        await ReplayedAsync(Assert.Contains, "SUB d 2");
        await HeartbeatAsync("$JS.FC.S.C.efgh"); // the stall continues, with another subject
        await FlushAsync();
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask();
        await PublishedAsync("$JS.FC.S.C.efgh", "");
        await MessageAsync(3);

        Assert.True(await next);
        Assert.DoesNotContain(Flow, Peer.Transcript, StringComparison.Ordinal);
        Assert.Equal(FlowControlSource.Heartbeat, (await answered).Source);
    }

    [Fact]
    public async Task Ephemeral_consumer_is_recreated_behind_its_acks_after_a_reconnect()
    {
        INatsJSConsume<string> consume = await StartAsync(new NatsJSPushConsumerOpts { Name = "C", DeliverSubject = "d" });
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        foreach (int sequence in (int[])[1, 2, 3, 4])
        {
            await MessageAsync(sequence);
        }

        await FlushAsync();
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync(cancellationToken: Cancel);
        await PublishedAsync(Reply(1), "+ACK");
        Assert.True(await messages.MoveNextAsync()); // the second is not acknowledged; the others are not taken
        Peer.Close();
        Peer = await AcceptAsync();
        await ReplayedAsync(Assert.DoesNotContain, "SUB d 2");
        List<string> order = [];
        string request = await RecreateAsync(order, 9, async () => await MessageAsync(2, "C_1", 1, sid: 3)); // precedes the response
        Task<bool> next = messages.MoveNextAsync().AsTask();
        Assert.True(await next);

        Assert.Equal(("$JS.ACK.S.C_1.1.2.1.1732752000000000000.0", "2"), (messages.Current.ReplyTo, messages.Current.Data));
        Assert.Contains("\"deliver_policy\":\"by_start_sequence\"", request, StringComparison.Ordinal);
        Assert.Contains("\"opt_start_seq\":2", request, StringComparison.Ordinal);
        Assert.Contains("\"deliver_subject\":\"d\"", request, StringComparison.Ordinal);
        Assert.True(order.IndexOf("SUB d 3") < order.FindIndex(static line => line.Contains("CONSUMER.CREATE.S.C_1", StringComparison.Ordinal)) && order.Contains("SUB d 3"), string.Join('\n', order));
        Assert.Contains(order, static line => line.Contains("CONSUMER.DELETE.S.C ", StringComparison.Ordinal));
        NatsConsumerRecreatedEvent told = await Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, Cancel);
        Assert.Equal((RecreateCause.Reconnected, "C", "C_1", 2UL, 1), (told.Cause, told.OldName, told.Consumer.Name, told.FromStreamSeq, told.Attempts));
        Assert.Equal(2, consume.Counts.Inboxes);
    }

    [Fact]
    public async Task Ephemeral_consumer_without_acks_continues_behind_the_last_received_message()
    {
        INatsJSConsume<string> consume = await StartAsync(new NatsJSPushConsumerOpts { Name = "C", DeliverSubject = "d", AckPolicy = ConsumerConfigAckPolicy.None });
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        await MessageAsync(1);
        await MessageAsync(2);
        await FlushAsync();
        Peer.Close();
        Peer = await AcceptAsync();
        await ReplayedAsync(Assert.DoesNotContain, "SUB d 2");
        string request = await RecreateAsync([], 9, async () => await MessageAsync(3, "C_1", 1, sid: 3));
        List<string> read = [];
        while (read.Count < 3 && await messages.MoveNextAsync())
        {
            read.Add(messages.Current.Data!);
        }

        Assert.Equal(["1", "2", "3"], read);
        Assert.Contains("\"opt_start_seq\":3", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_lost_messages_is_resumed_by_time()
    {
        await StartAsync(new NatsJSPushConsumerOpts { Name = "C", DeliverSubject = "d", AckPolicy = ConsumerConfigAckPolicy.None });
        await MessageAsync(7);
        await FlushAsync();
        Peer.Close();
        Peer = await AcceptAsync();
        await ReplayedAsync(Assert.DoesNotContain, "SUB d 2");
        string request = await RecreateAsync([], last: 5, static () => Task.CompletedTask);
        NatsConsumerRecreatedEvent told = await Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, Cancel);

        Assert.Equal((RecreateCause.Regression, 0UL), (told.Cause, told.FromStreamSeq));
        Assert.Contains("\"deliver_policy\":\"by_start_time\"", request, StringComparison.Ordinal);
        Assert.Contains("\"opt_start_time\":\"2024-11-28T00:00:00.0000001Z\"", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_lost_messages_and_has_as_many_again_is_resumed_by_the_time_of_the_last_acknowledged_message()
    {
        INatsJSConsume<string> consume = await StartAsync(new NatsJSPushConsumerOpts { Name = "C", DeliverSubject = "d" });
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        await MessageAsync(1);
        await MessageAsync(2, time: 1732752009000000000);
        await FlushAsync();
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync(cancellationToken: Cancel);
        await PublishedAsync(Reply(1), "+ACK");
        SequenceWatch watch = new ContextParts(Connection, new NatsJSOpts(Connection.Opts)).Watch;
        StreamEntry entry = watch.Entry(null, "S");
        watch.Acked(entry, 1, new StreamView(entry, 2, entry.Falls)); // as the ack of a publish shows it
        Peer.Close();
        Peer = await AcceptAsync();
        await ReplayedAsync(Assert.DoesNotContain, "SUB d 2");
        string request = await RecreateAsync([], last: 9, static () => Task.CompletedTask);
        NatsConsumerRecreatedEvent recreated = await Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, Cancel);

        Assert.Equal((RecreateCause.Regression, 0UL), (recreated.Cause, recreated.FromStreamSeq));
        Assert.Contains("\"opt_start_time\":\"2024-11-28T00:00:00.0000001Z\"", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_consumer_that_does_not_exist_ends_the_read_after_its_buffer()
    {
        INatsJSConsume<string> consume = await StartAsync(Durable);
        await MessageAsync(1);
        await FlushAsync();
        Task answered = AnswerAsync("$JS.API.CONSUMER.INFO.S.C", """{"error":{"code":404,"err_code":10014,"description":"consumer not found"}}""");
        Time.Advance(TimeSpan.FromSeconds(10));
        await answered;
        List<string> read = [];
        NatsJSConsumerLostException e = await Assert.ThrowsAsync<NatsJSConsumerLostException>(async () =>
        {
            await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(Cancel))
            {
                read.Add(msg.Data!);
            }
        });

        Assert.Equal((LostReason.ConsumerDeleted, NatsJSConsumeState.Lost), (e.Reason, consume.State));
        Assert.Equal(["1"], read);
        await Connection.Events.WhenAsync<NatsConsumerLostEvent>(after: 0, Cancel);
        Assert.Single(Connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>());
        Assert.Single(Connection.Events.ToList().OfType<NatsConsumerLostEvent>());
    }

    [Fact]
    public async Task Messages_above_the_limit_of_the_queue_are_dropped_and_reported()
    {
        INatsJSConsume<string> consume = await StartAsync(Durable with { SubOpts = new NatsSubOpts { PendingMessagesLimit = 2 } });
        for (int i = 1; i <= 5; i++)
        {
            await MessageAsync(i);
        }

        await FlushAsync();
        NatsConsumerNotificationEvent told = await Connection.Events.WhenAsync<NatsConsumerNotificationEvent>(after: 0, Cancel);

        Assert.Equal((NatsJSNotificationKind.Discarded, 2L), (told.Notification, consume.Counts.Buffered));
    }

    [Fact]
    public async Task Messages_above_the_limit_in_bytes_are_dropped()
    {
        INatsJSConsume<string> consume = await StartAsync(Durable with { SubOpts = new NatsSubOpts { PendingBytesLimit = 100 } });
        for (int i = 1; i <= 5; i++)
        {
            await MessageAsync(i); // 42 bytes each: subject, reply subject and payload
        }

        await FlushAsync();
        await Connection.Events.WhenAsync<NatsConsumerNotificationEvent>(after: 0, Cancel);
        Assert.Equal(2, consume.Counts.Buffered);
    }

    [Fact]
    public async Task Subscription_that_the_server_refuses_ends_the_read()
    {
        INatsJSConsume<string> consume = await StartAsync(Durable);
        await Peer.SendAsync("-ERR 'Permissions Violation for Subscription to \"d\"'");
        await Assert.ThrowsAsync<NatsPermissionViolationException>(async () => await consume.Msgs.GetAsyncEnumerator(Cancel).MoveNextAsync());
    }

    [Fact]
    public async Task Notifications_go_to_the_handler_of_the_consumer()
    {
        var told = new TaskCompletionSource<INatsJSNotification>(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartAsync(Durable with
        {
            NotificationHandler = (notification, _) =>
            {
                told.TrySetResult(notification);
                return Task.CompletedTask;
            },
        });
        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.IsType<NatsJSTimeoutNotification>(await told.Task.WaitAsync(Cancel));
    }

    // The first answered request: the event is made only when somebody listens.
    private async Task<NatsFlowControlProcessedEvent> AnsweredAsync()
    {
        var told = new TaskCompletionSource<NatsFlowControlProcessedEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable listening = Connection.Events.On<NatsFlowControlProcessedEvent>(e => told.TrySetResult(e));
        return await told.Task.WaitAsync(Cancel);
    }

    // Answers the requests of a recreation, which the timer starts; returns the configuration.
    private async Task<string> RecreateAsync(List<string> order, int last, Func<Task> beforeAnswer)
    {
        Task<string> answering = AnswerRecreationAsync(order, last, beforeAnswer);
        await PassUntilAsync(answering);
        return await answering;
    }

    private async Task<string> AnswerRecreationAsync(List<string> order, int last, Func<Task> beforeAnswer)
    {
        while (true)
        {
            ClientOperation next = await NextAsync();
            order.Add(next.Line);
            if (next.Line.Split(' ') is not ["PUB", var subject, var inbox, _])
            {
                continue;
            }

            if (subject == "$JS.API.STREAM.INFO.S")
            {
                await Peer.SendMessageAsync(inbox, SidOf(inbox), $$$"""{"config":{"name":"S"},"created":"2026-01-01T00:00:00Z","state":{"last_seq":{{{last}}}}}""");
            }
            else if (subject.StartsWith("$JS.API.CONSUMER.CREATE.S.C_1", StringComparison.Ordinal))
            {
                await beforeAnswer();
                await Peer.SendMessageAsync(inbox, SidOf(inbox), Created("C_1", "explicit"));
                return next.PayloadText ?? "";
            }
        }
    }

    // Reads what the client subscribes again, and answers its PING.
    private async Task ReplayedAsync(Action<string, IEnumerable<string>> check, string line)
    {
        List<string> replay = [];
        while (replay.Count == 0 || replay[^1] != "PING")
        {
            replay.Add((await Peer.ReadOperationAsync(Cancel))!.Line);
        }

        check(line, replay);
        await Peer.SendAsync("PONG");
    }

    private ValueTask FlowRequestAsync(string subject) => Peer.SendAsync($"HMSG d 2 {subject} 36 36\r\nNATS/1.0 100 FlowControl Request\r\n\r\n\r\n");

    private ValueTask HeartbeatAsync(string stalled)
    {
        string headers = $"NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 2\r\nNats-Last-Stream: 2\r\nNats-Consumer-Stalled: {stalled}\r\n\r\n";
        return Peer.SendAsync($"HMSG d 2 {headers.Length} {headers.Length}\r\n{headers}\r\n");
    }
}
