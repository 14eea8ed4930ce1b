using System.Globalization;
using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>The publisher and its limits, with a simulated stream.</summary>
public sealed class PublisherTests : IAsyncLifetime
{
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private ScriptedStream _stream = null!;
    private NatsJSContext _context = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        _stream = await ScriptedStream.StartAsync(_server.Url, "s.>", Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url });
        await _connection.ConnectAsync(Cancel);
        _context = new NatsJSContext(_connection);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _stream.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Publish_beyond_the_limit_of_messages_waits()
    {
        NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 2 });
        NatsJSPublishTicket first = await publisher.PublishAsync("s.a", "1", cancellationToken: Cancel);
        await publisher.PublishAsync("s.a", "2", cancellationToken: Cancel);
        ValueTask<NatsJSPublishTicket> third = publisher.PublishAsync("s.a", "3", cancellationToken: Cancel);
        ValueTask<NatsJSPublishTicket> fourth = publisher.PublishAsync("s.a", "4", cancellationToken: Cancel);
        NatsMsg<string> message = await _stream.NextAsync();
        await _stream.NextAsync();
        Assert.False(third.IsCompleted);
        Assert.Equal(2, publisher.InFlight);

        await _stream.ReplyAsync(message, ScriptedStream.Ack(1));
        Assert.Equal(1UL, (await first).Seq);
        await third;
        Assert.Equal("3", (await _stream.NextAsync()).Data);
        Assert.False(fourth.IsCompleted); // one was completed, one was sent
        _stream.Answer = _ => ScriptedStream.Ack(2);
        foreach (NatsMsg<string> waiting in _stream.Received.Skip(1))
        {
            await _stream.ReplyAsync(waiting, ScriptedStream.Ack(2));
        }

        await fourth;
        await publisher.FlushAsync(Cancel);
        Assert.Equal((0, 4L, 0L), (publisher.InFlight, publisher.Stored, publisher.Failed));
    }

    [Fact]
    public async Task Publish_beyond_the_limit_of_bytes_waits_and_a_large_message_is_sent_alone()
    {
        NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlightBytes = 1000, UseMsgIds = false });
        await publisher.PublishAsync("s.a", new byte[2000], cancellationToken: Cancel);
        ValueTask<NatsJSPublishTicket> second = publisher.PublishAsync("s.a", new byte[10], cancellationToken: Cancel);
        NatsMsg<string> large = await _stream.NextAsync();
        Assert.False(second.IsCompleted);
        await _stream.ReplyAsync(large, ScriptedStream.Ack(1));
        await second;
        Assert.Equal(1, publisher.InFlight);
    }

    [Fact]
    public async Task Cancelled_wait_returns_its_capacity()
    {
        NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 1 });
        await publisher.PublishAsync("s.a", "1", cancellationToken: Cancel);
        using var cancellation = new CancellationTokenSource();
        Task<NatsJSPublishTicket> second = publisher.PublishAsync("s.a", "2", cancellationToken: cancellation.Token).AsTask();
        Task<NatsJSPublishTicket> third = publisher.PublishAsync("s.a", "3", cancellationToken: Cancel).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await _stream.ReplyAsync(await _stream.NextAsync(), ScriptedStream.Ack(1));
        await third;
        Assert.Equal("3", (await _stream.NextAsync()).Data);
    }

    [Fact]
    public async Task Messages_without_an_id_are_given_one()
    {
        _stream.Answer = _ => ScriptedStream.Ack(1);
        await using NatsJSPublisher publisher = _context.CreatePublisher();
        NatsJSPublishTicket made = await publisher.PublishAsync("s.a", "1", cancellationToken: Cancel);
        await publisher.PublishAsync("s.a", "2", cancellationToken: Cancel);
        await publisher.PublishAsync("s.a", "3", opts: new NatsJSPubOpts { MsgId = "given" }, cancellationToken: Cancel);
        await publisher.PublishAsync("s.a", "4", headers: new NatsHeaders { ["Nats-Msg-Id"] = "mine" }, cancellationToken: Cancel);
        await publisher.FlushAsync(Cancel);
        string[] ids = [.. _stream.Received.Select(message => message.Headers!["Nats-Msg-Id"].ToString())];
        Assert.Equal(4, ids.Distinct().Count());
        Assert.Equal(("given", "mine", made.MsgId), (ids[2], ids[3], ids[0]));
        Assert.EndsWith("-1", ids[0], StringComparison.Ordinal);
        Assert.EndsWith("-2", ids[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_of_ignored_tickets_are_reported_and_flush_waits_for_all()
    {
        var failures = new List<NatsJSPublishFailure>();
        var told = new TaskCompletionSource();
        _stream.Answer = message => message.Data == "bad" ? ScriptedStream.Error(10054) : ScriptedStream.Ack(1);
        NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts
        {
            OnFailed = failure =>
            {
                failures.Add(failure);
                told.TrySetResult();
                throw new InvalidOperationException("thrown by the application");
            },
        });
        Task<NatsExceptionOccurredEvent> thrown = _connection.Events.WhenAsync<NatsExceptionOccurredEvent>(cancellationToken: Cancel);
        for (int i = 0; i < 100; i++)
        {
            await publisher.PublishAsync("s.a", i == 50 ? "bad" : "good", cancellationToken: Cancel);
        }

        await publisher.FlushAsync(Cancel);
        Assert.Equal((0, 99L, 1L), (publisher.InFlight, publisher.Stored, publisher.Failed));
        await told.Task.WaitAsync(Cancel);
        NatsJSPublishFailure failure = Assert.Single(failures);
        Assert.Equal(("s.a", 10054), (failure.Subject, Assert.IsType<NatsJSApiException>(failure.Exception).Error.ErrCode));
        Assert.Equal(NatsExceptionOrigin.Callback, (await thrown).Origin);
    }

    [Fact]
    public async Task Order_per_subject_survives_a_retry()
    {
        int refusals = 0;
        _stream.Answer = message => message.Data == "a1" && Interlocked.Increment(ref refusals) <= 2 ? ScriptedStream.Error(10008, 503) : ScriptedStream.Ack(1);
        await using NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { Order = NatsJSPublishOrder.PerSubject });
        foreach (string data in (string[])["a1", "a2", "b1", "a3", "b2"])
        {
            await publisher.PublishAsync($"s.{data[0]}", data, cancellationToken: Cancel);
        }

        await publisher.FlushAsync(Cancel);
        Assert.Equal(["a1", "a1", "a1", "a2", "a3"], _stream.Received.Select(message => message.Data!).Where(data => data[0] == 'a'));
        Assert.Equal(["b1", "b2"], _stream.Received.Select(message => message.Data!).Where(data => data[0] == 'b'));
    }

    [Fact]
    public async Task Order_per_subject_is_the_order_of_the_calls_although_all_wait_for_the_limit_at_once()
    {
        const int Messages = 2000;
        int sequence = 0;
        _stream.Answer = _ => ScriptedStream.Ack((ulong)Interlocked.Increment(ref sequence));
        await using NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 16, Order = NatsJSPublishOrder.PerSubject });
        Task<NatsJSPublishTicket>[] calls = [.. Enumerable.Range(0, Messages).Select(i => publisher.PublishAsync($"s.{i % 3}", $"{i}", cancellationToken: Cancel).AsTask())];
        foreach (NatsJSPublishTicket ticket in await Task.WhenAll(calls).WaitAsync(Cancel))
        {
            await ticket;
        }

        Assert.Equal(Messages, _stream.Received.Count);
        foreach (IGrouping<string, int> subject in _stream.Received.GroupBy(message => message.Subject, message => int.Parse(message.Data!, CultureInfo.InvariantCulture)))
        {
            Assert.Equal(subject.Order(), subject);
        }
    }

    [Fact]
    public async Task Subject_without_an_ack_does_not_keep_the_places_of_others_beyond_their_timeouts()
    {
        NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 4, Order = NatsJSPublishOrder.PerSubject });
        await publisher.PublishAsync("s.a", "a1", opts: new NatsJSPubOpts { Timeout = Timeout.InfiniteTimeSpan }, cancellationToken: Cancel);
        var opts = new NatsJSPubOpts { Timeout = TimeSpan.FromMilliseconds(100) };
        NatsJSPublishTicket[] behind = [.. await Task.WhenAll(Enumerable.Range(2, 3).Select(i => publisher.PublishAsync("s.a", $"a{i}", opts: opts, cancellationToken: Cancel).AsTask()))];
        _stream.Answer = message => message.Subject == "s.b" ? ScriptedStream.Ack(7) : null;
        NatsJSPublishTicket other = await publisher.PublishAsync("s.b", "b", cancellationToken: Cancel); // waits for a place

        Assert.Equal(7UL, (await other).Seq);
        foreach (NatsJSPublishTicket ticket in behind)
        {
            Assert.Equal(NatsOutcome.NotSent, (await Assert.ThrowsAsync<NatsJSPublishNotSentException>(async () => await ticket)).Outcome);
        }

        Assert.Equal(["a1", "b"], _stream.Received.Select(message => message.Data));
        NatsJSPublishTicket last = await publisher.PublishAsync("s.a", "a5", cancellationToken: Cancel);
        await _stream.ReplyAsync(_stream.Received[0], ScriptedStream.Ack(8));
        await _stream.NextAsync();
        await _stream.NextAsync();
        NatsMsg<string> next = await _stream.NextAsync(); // those that ended are passed over
        Assert.Equal("a5", next.Data);
        await _stream.ReplyAsync(next, ScriptedStream.Ack(9));
        Assert.Equal(9UL, (await last).Seq);
    }

    [Fact]
    public async Task Order_per_subject_continues_after_a_rejected_message()
    {
        _stream.Answer = message => message.Data == "1" ? ScriptedStream.Error(10054) : ScriptedStream.Ack(1);
        await using NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { Order = NatsJSPublishOrder.PerSubject });
        for (int i = 1; i <= 3; i++)
        {
            await publisher.PublishAsync("s.a", $"{i}", cancellationToken: Cancel);
        }

        await publisher.FlushAsync(Cancel);
        Assert.Equal((2L, 1L), (publisher.Stored, publisher.Failed));
        Assert.Equal(["1", "2", "3"], _stream.Received.Select(message => message.Data));
    }

    [Fact]
    public async Task Drain_of_the_connection_waits_for_messages_behind_others_of_their_subject()
    {
        NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { Order = NatsJSPublishOrder.PerSubject });
        await publisher.PublishAsync("s.a", "1", cancellationToken: Cancel);
        await publisher.PublishAsync("s.a", "2", cancellationToken: Cancel);
        NatsMsg<string> first = await _stream.NextAsync();
        Task drain = _connection.DrainAsync(Cancel).AsTask();
        await _connection.WaitForStateAsync(NatsConnectionState.DrainingSubscriptions, Cancel);
        _stream.Answer = _ => ScriptedStream.Ack(2);
        await _stream.ReplyAsync(first, ScriptedStream.Ack(1));
        await drain.WaitAsync(Cancel);
        Assert.Equal((0, 2L, 0L), (publisher.InFlight, publisher.Stored, publisher.Failed));
    }

    [Fact]
    public async Task Overload_halves_the_limit_and_acks_increase_it()
    {
        int answers = 0;
        _stream.Answer = _ => Interlocked.Increment(ref answers) == 1 ? ScriptedStream.Error(10167, 429) : ScriptedStream.Ack(1);
        await using NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 80 });
        await (await publisher.PublishAsync("s.a", "1", cancellationToken: Cancel));
        Assert.Equal(40, publisher.Window);
        for (int i = 0; i < 63; i++)
        {
            await (await publisher.PublishAsync("s.a", "1", cancellationToken: Cancel));
        }

        await publisher.FlushAsync(Cancel);
        Assert.Equal(50, publisher.Window);
    }

    [Fact]
    public async Task Disposed_publisher_accepts_no_more_messages()
    {
        NatsJSPublisher publisher = _context.CreatePublisher();
        await publisher.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await publisher.PublishAsync("s.a", "1", cancellationToken: Cancel));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 0 }));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await default(NatsJSPublishTicket));
    }

    [Fact]
    public async Task Twenty_thousand_messages_that_wait_for_their_turn_fail_with_the_connection()
    {
        const int Messages = 20_000;
        NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = Messages, Order = NatsJSPublishOrder.PerSubject });
        for (int i = 0; i < Messages; i++)
        {
            await publisher.PublishAsync("s.a", i, cancellationToken: Cancel);
        }

        await _connection.DisposeAsync();
        await publisher.FlushAsync(Cancel);
        Assert.Equal((0L, (long)Messages), (publisher.Stored, publisher.Failed));
    }

    [Fact]
    public async Task Publish_that_waits_for_its_place_while_the_publisher_is_disposed_is_not_sent()
    {
        NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 1 });
        await publisher.PublishAsync("s.a", "1", cancellationToken: Cancel);
        Task<NatsJSPublishTicket> second = publisher.PublishAsync("s.a", "2", cancellationToken: Cancel).AsTask();
        NatsMsg<string> first = await _stream.NextAsync();
        Task disposed = publisher.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => second);
        Assert.False(disposed.IsCompleted);
        await _stream.ReplyAsync(first, ScriptedStream.Ack(1));
        await disposed;
        Assert.Equal((0, 1L), (publisher.InFlight, publisher.Stored));
    }

    [Fact]
    public async Task Longest_timeout_is_a_timeout_without_end()
    {
        _stream.Answer = _ => ScriptedStream.Ack(1);
        await using NatsJSPublisher publisher = _context.CreatePublisher();
        NatsJSPublishTicket ticket = await publisher.PublishAsync("s.a", "1", opts: new NatsJSPubOpts { Timeout = TimeSpan.MaxValue }, cancellationToken: Cancel);
        Assert.Equal(1UL, (await ticket).Seq);
    }
}
