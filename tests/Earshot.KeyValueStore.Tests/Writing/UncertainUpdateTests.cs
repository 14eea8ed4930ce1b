using System.Text;
using System.Text.Json.Nodes;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Buckets;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Writing;

/// <summary>Atomic updates whose messages or acks are lost, with a simulated bucket.</summary>
public sealed class UncertainUpdateTests : IAsyncLifetime
{
    private static readonly NatsKVChange<int>[] s_changes = [NatsKVChange.Update("a", 1, 5), NatsKVChange.Update("b", 2, 6)];

    // Of the publishes: no other timeout is as long, and a commit is not repeated before.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);

    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(1), ReconnectWaitMax = TimeSpan.FromMilliseconds(2) });
        await _connection.ConnectAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(null, 10201)] // the ids are known: as a stream with replicas answers the repetition
    [InlineData(null, 10071)] // as one without replicas does
    [InlineData("hub", 10071)]
    public async Task Update_whose_ack_was_lost_is_found_to_have_succeeded(string? domain, int code)
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, $"{Prefix(domain)}$KV.b.>", Cancel);
        await using ScriptedStream info = await InfoAsync(domain);
        await using ScriptedStream leader = await LeaderAsync(domain, request => Stored(bucket, request));
        bucket.Answer = message => IsCommit(message) ? null : "";
        Task<IReadOnlyList<ulong>> update = Store(domain).UpdateManyAsync(s_changes, cancellationToken: Cancel).AsTask();
        await bucket.NextAsync();
        await bucket.NextAsync();
        bucket.Answer = message => IsCommit(message) ? ScriptedStream.Error(code) : message.ReplyTo is null ? null : "";
        await _connection.ReconnectAsync(Cancel);

        Assert.Equal([41UL, 42UL], await update);
        Assert.Equal([$"{Prefix(domain)}$KV.b.a", $"{Prefix(domain)}$KV.b.b"], bucket.Received.Take(2).Select(message => message.Subject));
        Assert.Equal(2, bucket.Received.Select(message => Header(message, "Nats-Msg-Id")).Distinct().Count());
        Assert.Equal(["5", "6", "5", "6"], bucket.Received.Select(message => Header(message, "Nats-Expected-Last-Subject-Sequence")));
        Assert.Contains(leader.Received, request => SubjectIn(request) == "$KV.b.b"); // without the prefix
    }

    [Fact]
    public async Task Update_that_lost_its_session_before_the_commit_is_sent_again()
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        await using ScriptedStream info = await InfoAsync(null);
        Task<IReadOnlyList<ulong>> update = Store(null).UpdateManyAsync(s_changes, cancellationToken: Cancel).AsTask();
        await bucket.NextAsync(); // the first message is not answered
        bucket.Answer = AsServer;
        await _connection.ReconnectAsync(Cancel);

        Assert.Equal([99UL, 100UL], await update);
        Assert.Equal(["a", "a", "b"], bucket.Received.Select(message => message.Subject["$KV.b.".Length..]));
        Assert.Equal(2, bucket.Received.Select(message => Header(message, "Nats-Msg-Id")).Distinct().Count());
    }

    [Theory]
    [InlineData(10008)]
    [InlineData(10176)]
    [InlineData(10210)]
    public async Task Update_that_is_rejected_for_the_moment_is_sent_again(int code)
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        await using ScriptedStream info = await InfoAsync(null);
        bucket.Answer = message => IsCommit(message) && bucket.Received.Count < 4 ? ScriptedStream.Error(code) : AsServer(message);

        Assert.Equal([99UL, 100UL], await Store(null).UpdateManyAsync(s_changes, cancellationToken: Cancel));
        Assert.Equal(4, bucket.Received.Count);
    }

    [Fact]
    public async Task Update_that_waits_for_its_next_attempt_ends_with_the_connection()
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        await using ScriptedStream info = await InfoAsync(null);
        bucket.Answer = message => IsCommit(message) ? ScriptedStream.Error(10008) : AsServer(message);
        var time = DelayTime.OfFirstRetry();
        await using var connection = new NatsConnection(new NatsOpts { Url = _server.Url, TimeProvider = time });
        Task update = Store(null, connection: connection).UpdateManyAsync(s_changes, cancellationToken: Cancel).AsTask();
        await time.Waits(Cancel);
        await connection.DisposeAsync();

        await Assert.ThrowsAsync<NatsConnectionClosedException>(() => update.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    [Fact]
    public async Task Error_of_the_caller_is_not_repeated()
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        await using ScriptedStream info = await InfoAsync(null);
        bucket.Answer = message => IsCommit(message) ? ScriptedStream.Error(10054) : AsServer(message);
        NatsResult<IReadOnlyList<ulong>> result = await Store(null).TryUpdateManyAsync(s_changes, cancellationToken: Cancel);

        Assert.Equal(10054, Assert.IsType<NatsJSApiException>(result.Error).Error.ErrCode);
        Assert.Equal(2, bucket.Received.Count);
    }

    [Fact]
    public async Task Update_without_an_ack_is_unknown_and_reported()
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        await using ScriptedStream info = await InfoAsync(null);
        await using ScriptedStream leader = await LeaderAsync(null, _ => ScriptedStream.Error(10037, 404));
        bucket.Answer = message => IsCommit(message) ? null : AsServer(message);
        var time = new DelayTime(s_timeout, s_timeout);
        await using var connection = new NatsConnection(new NatsOpts { Url = _server.Url, TimeProvider = time });
        Task<NatsUncertainOutcomeEvent> reported = connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: 0, Cancel);
        Task<NatsResult<IReadOnlyList<ulong>>> update = Store(null, s_timeout, connection).TryUpdateManyAsync(s_changes, cancellationToken: Cancel).AsTask();
        await time.Waits(Cancel); // for the ack of the commit
        time.Advance(s_timeout);
        NatsResult<IReadOnlyList<ulong>> result = await update;

        Assert.Equal(NatsOutcome.Unknown, Assert.IsType<NatsJSBatchException>(result.Error).Outcome);
        Assert.Equal((UncertainOperation.Batch, "$KV.b.a", "KV_b"), ((await reported).Operation, (await reported).Subject, (await reported).Stream));
    }

    [Fact]
    public async Task Update_without_an_ack_is_found_by_the_ids_of_its_entries()
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        await using ScriptedStream info = await InfoAsync(null);
        await using ScriptedStream leader = await LeaderAsync(null, request => SubjectIn(request).EndsWith('b') ? Stored(bucket, request)
            : """{"message":{"subject":"$KV.b.a","seq":50,"time":"2026-01-01T00:00:00Z"}}"""); // written again since
        bucket.Answer = message => IsCommit(message) ? null : AsServer(message);

        var time = new DelayTime(s_timeout, s_timeout);
        await using var connection = new NatsConnection(new NatsOpts { Url = _server.Url, TimeProvider = time });
        Task<IReadOnlyList<ulong>> update = Store(null, s_timeout, connection).UpdateManyAsync(s_changes, cancellationToken: Cancel).AsTask();
        await time.Waits(Cancel); // for the ack of the commit
        await bucket.NextAsync();
        await bucket.NextAsync();
        time.Advance(s_timeout);

        Assert.Equal([41UL, 42UL], await update);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_that_cannot_be_determined_is_stated_plainly(bool canRead)
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        await using ScriptedStream info = await InfoAsync(null);
        await using ScriptedStream leader = await LeaderAsync(null, request => !canRead ? """{"error":{"code":500,"err_code":10052,"description":"bad"}}"""
            : $$$"""{"message":{"subject":"{{{SubjectIn(request)}}}","seq":{{{(SubjectIn(request).EndsWith('a') ? 5 : 6)}}},"time":"2026-01-01T00:00:00Z"}}""");
        bucket.Answer = message => IsCommit(message) ? ScriptedStream.Error(10071) : AsServer(message);
        NatsKVUpdateManyException e = await Assert.ThrowsAsync<NatsKVUpdateManyException>(async () => await Store(null).UpdateManyAsync(s_changes, cancellationToken: Cancel));

        Assert.Empty(e.Conflicts);
        Assert.Contains(canRead ? "all keys had the expected revisions when they were read afterwards" : "the keys could not be read: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(canRead, e.InnerException is null);
        Assert.Equal(2, bucket.Received.Count);
    }

    private static string Prefix(string? domain) => domain is null ? "" : $"$JS.{domain}.API.";

    private static string? Header(NatsMsg<string> message, string name) => message.Headers is { } headers && headers.TryGetLastValue(name, out string? value) ? value : null;

    private static bool IsCommit(NatsMsg<string> message) => Header(message, "Nats-Batch-Commit") is not null;

    private static string? AsServer(NatsMsg<string> message) => IsCommit(message)
        ? $$"""{"stream":"KV_b","seq":100,"batch":"{{Header(message, "Nats-Batch-Id")}}","count":2}""" : message.ReplyTo is null ? null : "";

    private static string SubjectIn(NatsMsg<string> request) => (string)JsonNode.Parse(request.Data!)!["last_by_subj"]!;

    // The message of the batch, as stored with the sequences 41 and 42.
    private static string Stored(ScriptedStream bucket, NatsMsg<string> request)
    {
        string subject = SubjectIn(request);
        NatsMsg<string> written = bucket.Received.First(message => message.Subject.EndsWith(subject, StringComparison.Ordinal));
        string headers = Convert.ToBase64String(Encoding.UTF8.GetBytes($"NATS/1.0\r\nNats-Msg-Id: {Header(written, "Nats-Msg-Id")}\r\n\r\n"));
        return $$$"""{"message":{"subject":"{{{subject}}}","seq":{{{(subject.EndsWith('a') ? 41 : 42)}}},"hdrs":"{{{headers}}}","time":"2026-01-01T00:00:00Z"}}""";
    }

    private async Task<ScriptedStream> InfoAsync(string? domain)
    {
        ScriptedStream info = await ScriptedStream.StartAsync(_server.Url, $"$JS.{(domain is null ? "" : domain + ".")}API.STREAM.INFO.KV_b", Cancel);
        info.Answer = _ => """{"config":{"name":"KV_b","subjects":["$KV.b.>"],"allow_atomic":true},"created":"2026-01-01T00:00:00Z","state":{"last_seq":0}}""";
        return info;
    }

    private async Task<ScriptedStream> LeaderAsync(string? domain, Func<NatsMsg<string>, string> answer)
    {
        ScriptedStream leader = await ScriptedStream.StartAsync(_server.Url, $"$JS.{(domain is null ? "" : domain + ".")}API.STREAM.MSG.GET.KV_b", Cancel);
        leader.Answer = request => SubjectIn(request).StartsWith("$KV.b.", StringComparison.Ordinal) ? answer(request) : ScriptedStream.Error(10037, 404); // stored without the prefix
        return leader;
    }

    private NatsKVStore Store(string? domain, TimeSpan? timeout = null, NatsConnection? connection = null)
    {
        connection ??= _connection;
        var opts = new NatsJSOpts(connection.Opts, domain: domain);
        var context = new NatsJSContext(connection, timeout is { } limit ? opts with { PublishTimeout = limit } : opts);
        return new NatsKVStore(new BucketRoutes(context, "b", new StreamInfo { Config = new StreamConfig("KV_b", ["$KV.b.>"]) { AllowDirect = true } }), NatsKVOpts.Default);
    }
}
