using System.Collections.Concurrent;
using System.Globalization;
using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>The publisher of fast batches, with a simulated stream.</summary>
public sealed class FastPublisherTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_are_numbered_in_the_reply_subject_and_have_ids()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = AsServer;
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", new NatsJSFastPublisherOpts { Flow = 7 }, Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        await batch.AddAsync("s.b", "2", opts: new NatsJSBatchMsgOpts { MsgId = "mine" }, cancellationToken: Cancel);
        NatsJSBatchAck ack = await batch.CommitAsync("s.a", "3", cancellationToken: Cancel);
        Assert.Equal(("S", 3UL, 3L, 0L, 1), (ack.Stream, ack.Sequence, ack.Count, ack.Lost, ack.Attempts));
        Assert.Equal(["7.fail.1.0.$FI", "7.fail.2.1.$FI", "7.fail.3.2.$FI"], rig.Stream.Received.Select(message => string.Join('.', message.ReplyTo!.Split('.')[^5..])));
        Assert.Equal("mine", BatchRig.Header(rig.Stream.Received[1], "Nats-Msg-Id"));
        Assert.NotNull(BatchRig.Header(rig.Stream.Received[0], "Nats-Msg-Id"));
        Assert.True(batch.IsClosed);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await batch.AddAsync("s.a", "4", cancellationToken: Cancel));
    }

    [Fact]
    public async Task Adding_waits_for_the_first_ack_and_while_two_acks_are_outstanding()
    {
        await using BatchRig rig = await StartAsync();
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        Task first = batch.AddAsync("s.a", "1", cancellationToken: Cancel).AsTask();
        NatsMsg<string> start = await rig.Stream.NextAsync();
        Assert.False(first.IsCompleted);
        await rig.Stream.ReplyAsync(start, """{"type":"ack","seq":0,"msgs":2}""");
        await first;
        for (int i = 2; i <= 4; i++)
        {
            await batch.AddAsync("s.a", $"{i}", cancellationToken: Cancel);
        }

        Task fifth = batch.AddAsync("s.a", "5", cancellationToken: Cancel).AsTask();
        NatsMsg<string> second = await rig.Stream.NextAsync();
        await rig.Connection.PingAsync(Cancel);
        Assert.False(fifth.IsCompleted);
        await rig.Stream.ReplyAsync(second, """{"type":"ack","seq":2,"msgs":2}""");
        await fifth;
        Assert.Equal((5L, 2L), (batch.Count, batch.Acked));
    }

    [Fact]
    public async Task Fast_batch_count_below_sent_is_no_success()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = message => Operation(message) == 2 ? """{"stream":"S","seq":1,"batch":"b","count":1}""" : AsServer(message);
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        NatsJSBatchException incomplete = await Assert.ThrowsAsync<NatsJSBatchException>(async () => await batch.CommitAsync("s.a", "2", cancellationToken: Cancel));
        Assert.Equal((NatsOutcome.Rejected, 1L), (incomplete.Outcome, incomplete.Stored));
    }

    [Fact]
    public async Task Messages_without_an_ack_are_sent_again_in_the_next_session_with_a_new_id()
    {
        await using BatchRig rig = await StartAsync();
        string? first = null;
        rig.Stream.Answer = message =>
        {
            first ??= message.ReplyTo!.Split('.')[^6];
            return message.ReplyTo!.Split('.')[^6] != first ? AsServer(message) : Operation(message) == 0 ? """{"type":"ack","seq":1,"msgs":100}""" : null;
        };
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        for (int i = 1; i <= 3; i++)
        {
            await batch.AddAsync("s.a", $"{i}", cancellationToken: Cancel);
        }

        await rig.Connection.PingAsync(Cancel);
        await rig.Connection.ReconnectAsync(Cancel);
        NatsJSBatchAck ack = await batch.CommitAsync("s.a", "4", cancellationToken: Cancel);
        Assert.Equal((4L, 2), (ack.Count, ack.Attempts));
        IReadOnlyList<NatsMsg<string>> got = rig.Stream.Received;
        Assert.Equal(["1", "2", "3", "2", "3", "4"], got.Select(message => message.Data)); // the first has its ack
        Assert.Equal(BatchRig.Header(got[1], "Nats-Msg-Id"), BatchRig.Header(got[3], "Nats-Msg-Id"));
        Assert.NotEqual(got[1].ReplyTo!.Split('.')[^6], got[3].ReplyTo!.Split('.')[^6]);
    }

    [Fact]
    public async Task Lost_messages_without_ids_are_unknown_and_reported()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = message => Operation(message) == 0 ? """{"type":"ack","seq":1,"msgs":100}""" : null;
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", new NatsJSFastPublisherOpts { UseMsgIds = false }, Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "2", cancellationToken: Cancel);
        await rig.Connection.PingAsync(Cancel);
        Task<NatsUncertainOutcomeEvent> told = rig.NextUncertainAsync();
        await rig.Connection.ReconnectAsync(Cancel);
        NatsJSBatchException unknown = await Assert.ThrowsAsync<NatsJSBatchException>(async () => await batch.AddAsync("s.a", "3", cancellationToken: Cancel));
        Assert.Equal((NatsOutcome.Unknown, 1L), (unknown.Outcome, unknown.Stored));
        NatsUncertainOutcomeEvent e = await told;
        Assert.Equal((UncertainOperation.FastBatch, "s.a", "S", UncertainResult.Unknown), (e.Operation, e.Subject, e.Stream, e.Result));
        Assert.Same(unknown, await Assert.ThrowsAsync<NatsJSBatchException>(async () => await batch.CommitAsync(Cancel)));
    }

    [Fact]
    public async Task Idle_batch_is_kept_by_pings()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = AsServer;
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", new NatsJSFastPublisherOpts { AckTimeout = TimeSpan.FromMinutes(10) }, Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        while (rig.Stream.Received.Count < 4)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1)); // far more steps than an answer needs to arrive
            await rig.Connection.PingAsync(Cancel);
        }

        Assert.All(rig.Stream.Received.Skip(1), ping => Assert.Equal(("1", 4), (ping.ReplyTo!.Split('.')[^3], Operation(ping))));
        Assert.Equal((1L, 1), await batch.CommitAsync(Cancel) is var ack ? (ack.Count, ack.Attempts) : default);
        Assert.Equal(("2", 3), (rig.Stream.Received[^1].ReplyTo!.Split('.')[^3], Operation(rig.Stream.Received[^1])));
    }

    [Fact]
    public async Task Lost_range_is_reported_while_the_batch_continues()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = AsServer;
        var losses = new ConcurrentQueue<NatsJSFastLoss>();
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", new NatsJSFastPublisherOpts { Mode = NatsJSFastMode.Ok, OnLost = Lost }, Cancel);
        for (int i = 1; i <= 5; i++)
        {
            await batch.AddAsync("s.a", $"{i}", cancellationToken: Cancel);
        }

        NatsMsg<string> last = rig.Stream.Received[0];
        await rig.Stream.ReplyAsync(last, """{"type":"gap","last_seq":3,"seq":5}""");
        await rig.Stream.ReplyAsync(last, """{"type":"err","seq":5,"error":{"code":400,"err_code":10071,"description":"no"}}""");
        NatsJSBatchAck ack = await batch.CommitAsync(Cancel);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal((5L, 3L), (ack.Count, ack.Lost));
        Assert.Equal([(3L, 4L, 0), (5L, 5L, 10071)], losses.OrderBy(loss => loss.First).Select(loss => (loss.First, loss.Last, loss.Error?.ErrCode ?? 0)));
        Assert.Contains(".ok.", last.ReplyTo, StringComparison.Ordinal);

        void Lost(NatsJSFastLoss loss)
        {
            losses.Enqueue(loss);
            if (losses.Count == 2)
            {
                told.TrySetResult();
            }
        }
    }

    [Theory]
    [InlineData(2, "1 2 3 4 3 4 5")] // directly behind the last ack
    [InlineData(3, "1 2 3 4 2 4 5")]
    public async Task Message_that_was_reported_as_lost_is_counted_once_and_not_sent_again(long lost, string expected)
    {
        await using BatchRig rig = await StartAsync();
        (string? first, long last) = (null, 0);
        rig.Stream.Answer = message =>
        {
            string[] tokens = message.ReplyTo!.Split('.');
            first ??= tokens[^6];
            if (tokens[^6] == first)
            {
                return Operation(message) == 0 ? """{"type":"ack","seq":1,"msgs":2}""" : null;
            }

            (long before, last) = (last, long.Parse(tokens[^3], CultureInfo.InvariantCulture));
            return last > before + 1 ? $$"""{"type":"gap","last_seq":{{before + 1}},"seq":{{last}} }""" : Operation(message) == 0 ? """{"type":"ack","seq":0,"msgs":9}""" : AsServer(message);
        };
        var losses = new ConcurrentQueue<NatsJSFastLoss>();
        var opts = new NatsJSFastPublisherOpts { Mode = NatsJSFastMode.Ok, MaxOutstandingAcks = 1, OnLost = losses.Enqueue };
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", opts, Cancel);
        for (int i = 1; i <= 3; i++)
        {
            await batch.AddAsync("s.a", $"{i}", cancellationToken: Cancel);
        }

        Task fourth = batch.AddAsync("s.a", "4", cancellationToken: Cancel).AsTask(); // waits for an ack
        NatsMsg<string> start = await rig.Stream.NextAsync();
        await rig.Stream.ReplyAsync(start, $$"""{"type":"err","seq":{{lost}},"error":{"code":400,"err_code":10071,"description":"no"} }""");
        await rig.Stream.ReplyAsync(start, """{"type":"ack","seq":1,"msgs":9}""");
        await fourth;
        await rig.Connection.PingAsync(Cancel);
        await rig.Connection.ReconnectAsync(Cancel);
        NatsJSBatchAck ack = await batch.CommitAsync("s.a", "5", cancellationToken: Cancel);
        Assert.Equal((5L, 1L, 2), (ack.Count, ack.Lost, ack.Attempts));
        Assert.Equal(expected, string.Join(' ', rig.Stream.Received.Select(message => message.Data)));
        Assert.All(losses, loss => Assert.Equal((lost, lost), (loss.First, loss.Last)));
    }

    [Fact]
    public async Task Fast_batch_on_a_stream_without_the_setting_is_refused_before_a_byte()
    {
        await using BatchRig rig = await BatchRig.StartAsync(",\"metadata\":{\"_nats.level\":\"2\"}");
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel));
        Assert.Equal(("allow_batched", 4, 2), (refused.Field, refused.RequiredLevel, refused.ServerLevel));
        Assert.Empty(rig.Stream.Received);
        NatsJSFastPublisherOpts[] wrong = [new() { Flow = 0 }, new() { Flow = 70_000 }, new() { MaxOutstandingAcks = 0 }, new() { AckTimeout = TimeSpan.Zero }];
        foreach (NatsJSFastPublisherOpts opts in wrong)
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await rig.Context.CreateFastPublisherAsync("S", opts, Cancel));
        }
    }

    [Fact]
    public async Task Ack_of_a_single_message_is_no_fast_batch()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = _ => ScriptedStream.Ack(1);
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        Assert.Equal("allow_batched", (await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await batch.AddAsync("s.a", "1", cancellationToken: Cancel))).Field);
    }

    [Fact]
    public async Task Answer_without_a_stream_is_no_ack_of_a_fast_batch()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = message => Operation(message) == 2 ? null : AsServer(message);
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        Task<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "2", cancellationToken: Cancel).AsTask();
        await rig.Stream.NextAsync();
        NatsMsg<string> sent = await rig.Stream.NextAsync();
        await rig.Stream.ReplyAsync(sent, """{"batch":"b","count":2,"seq":7}"""); // of a service with the same subject
        await rig.Stream.ReplyAsync(sent, AsServer(sent)!);
        Assert.Equal(("S", 2UL), await commit is { } ack ? (ack.Stream, ack.Sequence) : default);
    }

    private static int Operation(NatsMsg<string> message) => int.Parse(message.ReplyTo!.Split('.')[^2], CultureInfo.InvariantCulture);

    /// <summary>Acknowledges each message by itself.</summary>
    internal static string? AsServer(NatsMsg<string> message)
    {
        string[] tokens = message.ReplyTo!.Split('.');
        long sequence = long.Parse(tokens[^3], CultureInfo.InvariantCulture);
        return Operation(message) switch
        {
            0 => """{"type":"ack","seq":1,"msgs":1}""",
            2 => $$"""{"stream":"S","seq":{{sequence}},"batch":"{{tokens[^6]}}","count":{{sequence}} }""",
            3 => $$"""{"stream":"S","seq":{{sequence - 1}},"batch":"{{tokens[^6]}}","count":{{sequence - 1}} }""",
            _ => $$"""{"type":"ack","seq":{{sequence}},"msgs":1}""",
        };
    }

    private static Task<BatchRig> StartAsync() => BatchRig.StartAsync(",\"allow_batched\":true");
}
