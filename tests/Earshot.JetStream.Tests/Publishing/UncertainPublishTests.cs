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
    public async Task Unknown_without_id_is_not_sent_again()
    {
        Task<PubAckResponse> publish = PublishAsync("s.a");
        await _stream.NextAsync();
        Task<NatsUncertainOutcomeEvent> told = NextUncertainAsync();
        await _connection.ReconnectAsync(Cancel);
        NatsJSPublishUnknownException unknown = await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => publish);
        Assert.Equal((NatsOutcome.Unknown, null, 1, 1), (unknown.Outcome, unknown.MsgId, unknown.Attempts, unknown.Session));
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
    public async Task Duplicate_of_our_own_retry_is_success()
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

    /// <summary>Sequence 10 is known when the publish begins, and the ack of its second attempt says that the first was stored as 7.</summary>
    [Theory]
    [InlineData(null, 1)] // the id is of this publish only: 7 was assigned again
    [InlineData("id", 0)] // an earlier publish with this id may have been stored as 7
    public async Task Duplicate_of_a_retry_is_a_regression_only_when_no_other_publish_can_have_its_id(string? id, int regressions)
    {
        _stream.Answer = _ => ScriptedStream.Ack(10);
        await PublishAsync("s.a");
        _stream.Answer = _ => null;
        await using NatsJSPublisher publisher = _context.CreatePublisher();
        NatsJSPublishTicket ticket = await publisher.PublishAsync("s.a", "1", opts: new NatsJSPubOpts { MsgId = id }, cancellationToken: Cancel);
        await _stream.NextAsync();
        await _stream.NextAsync();
        _stream.Answer = _ => ScriptedStream.Ack(7, duplicate: true);
        await _connection.ReconnectAsync(Cancel);

        Assert.Equal(NatsJSPublishOutcome.Stored, (await ticket.GetResponseAsync().WaitAsync(Cancel)).Outcome);
        Assert.Equal(regressions, _connection.Events.ToList().OfType<NatsStreamRegressionEvent>().Count(e => (e.Expected, e.Found) == (11, 7)));
    }

    [Fact]
    public async Task Later_503_does_not_turn_unknown_into_rejected()
    {
        Task<PubAckResponse> publish = PublishAsync("s.a", "1", new NatsJSPubOpts { MsgId = "id", RetryAttempts = 4, Timeout = TimeSpan.FromMinutes(5) });
        await _stream.NextAsync();
        await _stream.LeaveAsync();
        await _connection.ReconnectAsync(Cancel);
        NatsJSPublishUnknownException unknown = await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => publish);
        Assert.Equal(4, unknown.Attempts);
    }

    /// <summary>What the stream has stored: the id and the expectation of the message behind sequence 11 of the subject, and whether 11 is still there.</summary>
    [Theory]
    [InlineData("ours", null, false, null)]
    [InlineData("other", "11", false, NatsOutcome.Rejected)] // it was stored directly behind the expected one
    [InlineData("other", null, true, NatsOutcome.Rejected)] // nothing was removed between the two
    [InlineData("other", null, false, NatsOutcome.Unknown)] // ours may have been stored and replaced
    [InlineData("other", "12", false, NatsOutcome.Unknown)] // it replaced 12, which may have been ours
    [InlineData(null, null, true, NatsOutcome.Unknown)] // ours may have been deleted, or the leader does not have it yet
    public async Task Wrong_last_sequence_after_unknown_is_looked_up(string? id, string? expected, bool isKept, NatsOutcome? outcome)
    {
        await using ScriptedStream api = await ScriptedStream.StartAsync(_server.Url, "$JS.API.STREAM.MSG.GET.S", Cancel);
        api.Answer = request => request.Data switch
        {
            """{"seq":12,"next_by_subj":"s.a"}""" when id is not null => Stored("s.a", 14, $"Nats-Msg-Id: {id}\r\n{(expected is null ? "" : $"Nats-Expected-Last-Subject-Sequence: {expected}\r\n")}"),
            """{"seq":11}""" when isKept => Stored("s.a", 11, ""),
            _ => NotStored,
        };
        await Resolve(new NatsJSPubOpts { MsgId = "ours", ExpectedLastSubjectSequence = 11 }, outcome, 14, isRepeated: id is null);
    }

    [Theory]
    [InlineData("ours", null)]
    [InlineData("other", NatsOutcome.Rejected)] // a message that met the expectation would have this sequence
    [InlineData(null, NatsOutcome.Unknown)]
    public async Task Wrong_last_sequence_of_the_stream_is_looked_up_by_sequence(string? id, NatsOutcome? outcome)
    {
        await using ScriptedStream api = await ScriptedStream.StartAsync(_server.Url, "$JS.API.STREAM.MSG.GET.S", Cancel);
        api.Answer = request => request.Data == """{"seq":12}""" && id is not null ? Stored("s.b", 12, $"Nats-Msg-Id: {id}\r\n") : NotStored;
        await Resolve(new NatsJSPubOpts { MsgId = "ours", ExpectedLastSequence = 11 }, outcome, 12, isRepeated: id is null);
    }

    [Theory]
    [InlineData("ours", null)]
    [InlineData("other", NatsOutcome.Unknown)] // it proves nothing
    public async Task Wrong_last_id_is_looked_up_by_the_last_message_of_the_subject(string id, NatsOutcome? outcome)
    {
        await using ScriptedStream api = await ScriptedStream.StartAsync(_server.Url, "$JS.API.STREAM.MSG.GET.S", Cancel);
        api.Answer = request => request.Data == """{"last_by_subj":"s.a"}""" ? Stored("s.a", 12, $"Nats-Msg-Id: {id}\r\n") : NotStored;
        await Resolve(new NatsJSPubOpts { MsgId = "ours", ExpectedLastMsgId = "before" }, outcome, 12);
    }

    [Fact]
    public async Task Leader_that_does_not_have_all_messages_yet_is_asked_again()
    {
        await using ScriptedStream api = await ScriptedStream.StartAsync(_server.Url, "$JS.API.STREAM.MSG.GET.S", Cancel);
        int requests = 0;
        api.Answer = request => request.Data != """{"seq":12,"next_by_subj":"s.a"}""" || Interlocked.Increment(ref requests) <= 2 ? NotStored : Stored("s.a", 14, "Nats-Msg-Id: ours\r\n");
        await Resolve(new NatsJSPubOpts { MsgId = "ours", ExpectedLastSubjectSequence = 11 }, outcome: null, 14);
    }

    [Fact]
    public async Task Late_ack_is_reported()
    {
        await using var time = new HeldTime(); // the message is sent before its timeout
        await using var connection = new NatsConnection(new NatsOpts { Url = _server.Url, TimeProvider = time });
        using IDisposable end = time.PassesAtTheEnd();
        var opts = new NatsJSPubOpts { MsgId = "id", Timeout = TimeSpan.FromMilliseconds(200) };
        Task<PubAckResponse> publish = new NatsJSContext(connection).PublishAsync("s.a", "1", opts: opts, cancellationToken: Cancel).AsTask();
        NatsMsg<string> message = await _stream.NextAsync();
        await time.PassUntilAsync(() => publish.IsCompleted, Cancel);
        await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => publish);
        Task<NatsUncertainOutcomeEvent> reported = connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: 0, Cancel);
        await time.PassUntilAsync(() => reported.IsCompleted, Cancel);
        NatsUncertainOutcomeEvent unknown = await reported;
        Task<NatsUncertainOutcomeEvent> told = connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: unknown.Sequence, Cancel);
        await _stream.ReplyAsync(message, ScriptedStream.Ack(9));
        await time.PassUntilAsync(() => told.IsCompleted, Cancel);
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // nothing is known of the subject before the publish, as with a subject for each message
    public async Task Regression_is_reported_once(bool isOneSubject)
    {
        ulong[] sequences = [1, 2, 10, 6, 7, 8];
        int next = 0;
        _stream.Answer = _ => ScriptedStream.Ack(sequences[next++]);
        foreach (ulong sequence in sequences)
        {
            Assert.Equal(sequence, (await PublishAsync(isOneSubject ? "s.a" : $"s.{sequence}")).Seq);
        }

        NatsStreamRegressionEvent e = Assert.Single(_connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
        Assert.Equal(("S", 11UL, 6UL, RegressionEvidence.PubAck, RegressionAction.None), (e.Stream, e.Expected, e.Found, e.Evidence, e.Action));
    }

    [Fact]
    public async Task Regression_is_reported_although_an_ack_of_another_subject_came_between()
    {
        _stream.Answer = message => message.Subject == "s.first" ? ScriptedStream.Ack(10) : null;
        await PublishAsync("s.first");
        await _stream.NextAsync();
        Task<PubAckResponse> early = PublishAsync("s.early");
        NatsMsg<string> earlyMessage = await _stream.NextAsync();
        Task<PubAckResponse> late = PublishAsync("s.late"); // its stream is not known before its ack
        NatsMsg<string> lateMessage = await _stream.NextAsync();

        await _stream.ReplyAsync(earlyMessage, ScriptedStream.Ack(11)); // stored before the stream lost messages
        await early;
        await _stream.ReplyAsync(lateMessage, ScriptedStream.Ack(9));
        await late;

        NatsStreamRegressionEvent e = Assert.Single(_connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
        Assert.Equal((11UL, 9UL, RegressionEvidence.PubAck), (e.Expected, e.Found, e.Evidence));
    }

    private static string NotStored => """{"type":"io.nats.jetstream.api.v1.stream_msg_get_response","error":{"code":404,"err_code":10037,"description":"no message found"}}""";

    private static string Stored(string subject, int sequence, string headers) =>
        $$$"""{"message":{"subject":"{{{subject}}}","seq":{{{sequence}}},"hdrs":"{{{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"NATS/1.0\r\n{headers}\r\n"))}}}","time":"2026-01-01T00:00:00Z"}}""";

    // The session is lost behind the publish, and the next one is rejected because of its expectation. Null: the publish is stored.
    private async Task Resolve(NatsJSPubOpts opts, NatsOutcome? outcome, ulong sequence, bool isRepeated = false)
    {
        Task<PubAckResponse> publish = PublishAsync("s.a", "1", opts);
        await _stream.NextAsync();
        _stream.Answer = _ => ScriptedStream.Error(10071);
        await _connection.ReconnectAsync(Cancel);
        if (outcome == NatsOutcome.Unknown)
        {
            NatsJSPublishUnknownException unknown = await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => publish);
            Assert.Equal(("ours", 2), (unknown.MsgId, unknown.Session));
            Assert.True(isRepeated ? unknown.Attempts > 2 : unknown.Attempts == 2, $"{unknown.Attempts} attempts");
            return;
        }

        PubAckResponse ack = await publish;
        Assert.Equal(outcome is null ? (NatsJSPublishOutcome.Stored, sequence, (int?)null) : (NatsJSPublishOutcome.Rejected, 0UL, 10071), (ack.Outcome, ack.Seq, ack.Error?.ErrCode));
        Assert.Equal("S", ack.Stream);
    }

    private Task<PubAckResponse> PublishAsync(string subject, string data = "1", NatsJSPubOpts? opts = null) =>
        _context.PublishAsync(subject, data, opts: opts, cancellationToken: Cancel).AsTask();

    private Task<NatsUncertainOutcomeEvent> NextUncertainAsync()
    {
        IReadOnlyList<NatsConnectionEvent> events = _connection.Events.ToList();
        return _connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: events.Count == 0 ? 0 : events[^1].Sequence, Cancel);
    }
}
