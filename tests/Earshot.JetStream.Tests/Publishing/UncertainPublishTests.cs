using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>Publishes without an ack, with a simulated stream.</summary>
public sealed class UncertainPublishTests : IAsyncLifetime
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
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(1), ReconnectWaitMax = TimeSpan.FromMilliseconds(2) });
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
    public async Task Unknown_publish_without_id_is_not_sent_again()
    {
        Task<PubAckResponse> publish = PublishAsync("s.a");
        await _stream.NextAsync();
        Task<NatsUncertainOutcomeEvent> told = NextUncertainAsync();
        await _connection.ReconnectAsync(Cancel);
        NatsJSPublishUnknownException unknown = await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => publish);
        Assert.Equal((NatsOutcome.Unknown, null, 1), (unknown.Outcome, unknown.MsgId, unknown.Attempts));
        Assert.IsType<NatsConnectionLostException>(unknown.InnerException);
        NatsUncertainOutcomeEvent e = await told;
        Assert.Equal((UncertainOperation.Publish, "s.a", UncertainResult.Unknown, 1L), (e.Operation, e.Subject, e.Result, e.Count));
        Assert.Single(_stream.Received);
    }

    [Fact]
    public async Task Unknown_publishes_with_id_are_sent_first_in_the_next_session_in_the_original_order()
    {
        Task<PubAckResponse>[] publishes = [.. Enumerable.Range(1, 5).Select(i => PublishAsync("s.a", $"{i}", new NatsJSPubOpts { MsgId = $"id{i}" }))];
        for (int i = 0; i < 5; i++)
        {
            await _stream.NextAsync();
        }

        int sequence = 0;
        _stream.Answer = message => ScriptedStream.Ack((ulong)Interlocked.Increment(ref sequence), duplicate: message.Data != "new" && int.Parse(message.Data!, System.Globalization.CultureInfo.InvariantCulture) % 2 == 0);
        var later = new TaskCompletionSource<Task<PubAckResponse>>();
        using IDisposable reconnected = _connection.Events.On<NatsReconnectedEvent>(e => later.TrySetResult(PublishAsync("s.a", "new")));
        await _connection.ReconnectAsync(Cancel);
        PubAckResponse[] acks = await Task.WhenAll(publishes).WaitAsync(Cancel);
        Assert.Equal(["1", "2", "3", "4", "5"], _stream.Received.Skip(5).Take(5).Select(message => message.Data));
        Assert.Equal("id1", _stream.Received[5].Headers!["Nats-Msg-Id"]);
        Assert.All(acks, ack => Assert.Equal((NatsJSPublishOutcome.Stored, 2), (ack.Outcome, ack.Attempts)));
        Assert.All(acks, NatsJSExtensions.EnsureSuccess); // a duplicate of the own retry is success
        (await (await later.Task.WaitAsync(Cancel)).WaitAsync(Cancel)).EnsureSuccess();
    }

    [Fact]
    public async Task Duplicate_of_the_own_retry_is_success()
    {
        Task<PubAckResponse> publish = PublishAsync("s.a", "1", new NatsJSPubOpts { MsgId = "id" });
        await _stream.NextAsync();
        _stream.Answer = _ => ScriptedStream.Ack(7, duplicate: true);
        await _connection.ReconnectAsync(Cancel);
        PubAckResponse ack = await publish;
        Assert.Equal((NatsJSPublishOutcome.Stored, 7UL, false, 2), (ack.Outcome, ack.Seq, ack.Duplicate, ack.Attempts));
        ack.EnsureSuccess();
        PubAckResponse other = await PublishAsync("s.a", "1", new NatsJSPubOpts { MsgId = "id" });
        Assert.Equal(NatsJSPublishOutcome.Duplicate, other.Outcome);
    }

    [Fact]
    public async Task Later_503_does_not_turn_unknown_into_rejected()
    {
        Task<PubAckResponse> publish = PublishAsync("s.a", "1", new NatsJSPubOpts { MsgId = "id", Timeout = TimeSpan.FromSeconds(1) });
        await _stream.NextAsync();
        await _stream.LeaveAsync();
        await _connection.ReconnectAsync(Cancel);
        NatsJSPublishUnknownException unknown = await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => publish);
        Assert.True(unknown.Attempts > 2, $"{unknown.Attempts} attempts");
    }

    [Fact]
    public async Task Wrong_last_sequence_after_an_unknown_attempt_is_resolved_by_a_read()
    {
        await using ScriptedStream api = await ScriptedStream.StartAsync(_server.Url, "$JS.API.STREAM.MSG.GET.S", Cancel);
        string headers = Convert.ToBase64String("NATS/1.0\r\nNats-Msg-Id: ours\r\n\r\n"u8);
        api.Answer = _ => $$$"""{"type":"io.nats.jetstream.api.v1.stream_msg_get_response","message":{"subject":"s.a","seq":12,"hdrs":"{{{headers}}}","time":"2026-01-01T00:00:00Z"}}""";
        _stream.Answer = _ => null;
        Task<PubAckResponse> ours = PublishAsync("s.a", "1", new NatsJSPubOpts { MsgId = "ours", ExpectedLastSubjectSequence = 11 });
        Task<PubAckResponse> other = PublishAsync("s.a", "1", new NatsJSPubOpts { MsgId = "other", ExpectedLastSubjectSequence = 11 });
        await _stream.NextAsync();
        await _stream.NextAsync();
        _stream.Answer = _ => ScriptedStream.Error(10071);
        await _connection.ReconnectAsync(Cancel);
        PubAckResponse stored = await ours;
        Assert.Equal((NatsJSPublishOutcome.Stored, 12UL, "S"), (stored.Outcome, stored.Seq, stored.Stream));
        PubAckResponse refused = await other;
        Assert.Equal((NatsJSPublishOutcome.Rejected, 10071), (refused.Outcome, refused.Error!.ErrCode));
    }

    [Fact]
    public async Task Late_ack_is_reported()
    {
        Task<PubAckResponse> publish = PublishAsync("s.a", "1", new NatsJSPubOpts { MsgId = "id", Timeout = TimeSpan.FromMilliseconds(200) });
        NatsMsg<string> message = await _stream.NextAsync();
        await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => publish);
        await _connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: 0, Cancel);
        Task<NatsUncertainOutcomeEvent> told = NextUncertainAsync();
        await _stream.ReplyAsync(message, ScriptedStream.Ack(9));
        NatsUncertainOutcomeEvent e = await told;
        Assert.Equal((UncertainResult.LateStored, "s.a", "S", "id", 9UL), (e.Result, e.Subject, e.Stream, e.MsgId, e.StreamSeq));
        Assert.True(e.Duration >= TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task Cancelled_after_writing_is_unknown_and_before_it_no_byte_is_sent()
    {
        using var cancellation = new CancellationTokenSource();
        Task<PubAckResponse> publish = _context.PublishAsync("s.a", "1", cancellationToken: cancellation.Token).AsTask();
        await _stream.NextAsync();
        await cancellation.CancelAsync();
        NatsJSPublishCanceledException cancelled = await Assert.ThrowsAsync<NatsJSPublishCanceledException>(() => publish);
        Assert.Equal((NatsOutcome.Unknown, cancellation.Token), (cancelled.Outcome, cancelled.CancellationToken));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _context.PublishAsync("s.a", "2", cancellationToken: cancellation.Token));
        await _connection.PingAsync(Cancel);
        Assert.Single(_stream.Received);
    }

    [Fact]
    public async Task Only_temporary_rejections_are_retried()
    {
        int answers = 0;
        _stream.Answer = message => message.Data switch
        {
            "soon" => Interlocked.Increment(ref answers) <= 3 ? ScriptedStream.Error(10008, 503) : ScriptedStream.Ack(1),
            "overloaded" => Interlocked.Increment(ref answers) <= 5 ? ScriptedStream.Error(10167, 429) : ScriptedStream.Ack(2),
            _ => ScriptedStream.Error(10109),
        };
        PubAckResponse soon = await PublishAsync("s.a", "soon");
        Assert.Equal((NatsJSPublishOutcome.Stored, 4), (soon.Outcome, soon.Attempts));
        PubAckResponse overloaded = await PublishAsync("s.a", "overloaded");
        Assert.Equal((NatsJSPublishOutcome.Stored, 2), (overloaded.Outcome, overloaded.Attempts));
        PubAckResponse never = await PublishAsync("s.a", "never");
        Assert.Equal((NatsJSPublishOutcome.Rejected, 1), (never.Outcome, never.Attempts));
        PubAckResponse once = await PublishAsync("s.a", "never", new NatsJSPubOpts { RetryAttempts = 1 });
        Assert.Equal(10109, once.Error!.ErrCode);
    }

    [Fact]
    public async Task Publish_without_a_session_waits_and_is_NotSent_after_its_timeout()
    {
        await _stream.DisposeAsync();
        await _server.DisposeAsync();
        await _connection.WaitForStateAsync(NatsConnectionState.Reconnecting, Cancel);
        NatsJSPublishNotSentException notSent = await Assert.ThrowsAsync<NatsJSPublishNotSentException>(() => PublishAsync("s.a", "1", new NatsJSPubOpts { Timeout = TimeSpan.FromMilliseconds(200) }));
        Assert.Equal(NatsOutcome.NotSent, notSent.Outcome);
        Task<PubAckResponse> waiting = PublishAsync("s.a");
        await _connection.DisposeAsync();
        notSent = await Assert.ThrowsAsync<NatsJSPublishNotSentException>(() => waiting);
        Assert.IsType<NatsConnectionClosedException>(notSent.InnerException);
        Assert.Empty(_connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>());
    }

    [Fact]
    public async Task Drain_waits_for_acks()
    {
        Task<PubAckResponse> publish = PublishAsync("s.a");
        NatsMsg<string> message = await _stream.NextAsync();
        Task drain = _connection.DrainAsync(Cancel).AsTask();
        await _connection.WaitForStateAsync(NatsConnectionState.DrainingSubscriptions, Cancel);
        await _stream.ReplyAsync(message, ScriptedStream.Ack(3));
        Assert.Equal(3UL, (await publish).Seq);
        await drain.WaitAsync(Cancel);
    }

    [Fact]
    public async Task Regression_is_reported_once()
    {
        ulong[] sequences = [1, 2, 10, 6, 7, 8];
        int next = 0;
        _stream.Answer = _ => ScriptedStream.Ack(sequences[next++]);
        foreach (ulong sequence in sequences)
        {
            Assert.Equal(sequence, (await PublishAsync("s.a")).Seq);
        }

        NatsStreamRegressionEvent e = Assert.Single(_connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
        Assert.Equal(("S", 11UL, 6UL, RegressionEvidence.PubAck, RegressionAction.None), (e.Stream, e.Expected, e.Found, e.Evidence, e.Action));
    }

    private Task<PubAckResponse> PublishAsync(string subject, string data = "1", NatsJSPubOpts? opts = null) =>
        _context.PublishAsync(subject, data, opts: opts, cancellationToken: Cancel).AsTask();

    private Task<NatsUncertainOutcomeEvent> NextUncertainAsync()
    {
        IReadOnlyList<NatsConnectionEvent> events = _connection.Events.ToList();
        return _connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: events.Count == 0 ? 0 : events[^1].Sequence, Cancel);
    }
}
