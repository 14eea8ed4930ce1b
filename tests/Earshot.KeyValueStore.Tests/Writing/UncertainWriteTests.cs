using System.Text;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Buckets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Writing;

/// <summary>Writes whose ack is lost, with a simulated bucket.</summary>
public sealed class UncertainWriteTests : IAsyncLifetime
{
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
    [InlineData(null, "$KV.b.")]
    [InlineData("hub", "$JS.hub.API.$KV.b.")]
    public async Task Update_whose_ack_was_lost_is_found_to_have_succeeded(string? domain, string written)
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, $"{written}>", Cancel);
        await using ScriptedStream leader = await ScriptedStream.StartAsync(_server.Url, $"$JS.{(domain is null ? "" : domain + ".")}API.STREAM.MSG.GET.KV_b", Cancel);
        Task<ulong> update = Store(domain).UpdateAsync("k", 1, 11, cancellationToken: Cancel).AsTask();
        NatsMsg<string> first = await bucket.NextAsync();
        string headers = Convert.ToBase64String(Encoding.UTF8.GetBytes($"NATS/1.0\r\nNats-Msg-Id: {first.Headers!["Nats-Msg-Id"]}\r\n\r\n"));
        leader.Answer = _ => $$$"""{"type":"io.nats.jetstream.api.v1.stream_msg_get_response","message":{"subject":"$KV.b.k","seq":12,"hdrs":"{{{headers}}}","time":"2026-01-01T00:00:00Z"}}""";
        bucket.Answer = _ => """{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 12"},"stream":"KV_b","seq":0}""";
        await _connection.ReconnectAsync(Cancel);

        Assert.Equal(12UL, await update);
        NatsMsg<string> second = await bucket.NextAsync();
        Assert.Equal((first.Headers["Nats-Msg-Id"].ToString(), "11"), (second.Headers!["Nats-Msg-Id"].ToString(), second.Headers["Nats-Expected-Last-Subject-Sequence"].ToString()));
        Assert.Equal($"{written}k", first.Subject);
        Assert.Contains("\"next_by_subj\":\"$KV.b.k\"", Assert.Single(leader.Received).Data, StringComparison.Ordinal); // without the prefix
    }

    [Fact]
    public async Task Create_that_loses_to_another_creation_is_rejected()
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        await using ScriptedStream leader = await ScriptedStream.StartAsync(_server.Url, "$JS.API.STREAM.MSG.GET.KV_b", Cancel);
        string deleted = Convert.ToBase64String("NATS/1.0\r\nKV-Operation: DEL\r\n\r\n"u8);
        int reads = 0;
        leader.Answer = _ => ++reads == 1
            ? $$$"""{"message":{"subject":"$KV.b.k","seq":7,"hdrs":"{{{deleted}}}","time":"2026-01-01T00:00:00Z"}}"""
            : """{"message":{"subject":"$KV.b.k","seq":8,"data":"MQ==","time":"2026-01-01T00:00:00Z"}}""";
        bucket.Answer = _ => ScriptedStream.Error(10071);
        await Assert.ThrowsAsync<NatsKVCreateException>(async () => await Store(null).CreateAsync("k", 1, cancellationToken: Cancel));

        Assert.Equal(["0", "7"], bucket.Received.Select(message => message.Headers!["Nats-Expected-Last-Subject-Sequence"].ToString()));
    }

    [Fact]
    public async Task Write_without_an_ack_is_unknown_and_reported_as_one_of_a_bucket()
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var timeout = TimeSpan.FromSeconds(1);
        await using var connection = new NatsConnection(new NatsOpts { Url = _server.Url, TimeProvider = time });
        Task<NatsUncertainOutcomeEvent> reported = connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: 0, Cancel);
        Task<NatsResult<ulong>> put = Store(null, timeout, connection).TryPutAsync("k", 1, cancellationToken: Cancel).AsTask();
        await bucket.NextAsync();
        time.Advance(timeout);
        NatsResult<ulong> result = await put;

        Assert.Equal(NatsOutcome.Unknown, Assert.IsType<NatsJSPublishUnknownException>(result.Error).Outcome);
        time.Advance(TimeSpan.FromSeconds(1)); // outcomes are collected before they are reported
        NatsUncertainOutcomeEvent e = await reported;
        Assert.Equal((UncertainOperation.KVWrite, "$KV.b.k", UncertainResult.Unknown), (e.Operation, e.Subject, e.Result));
    }

    private NatsKVStore Store(string? domain, TimeSpan? timeout = null, NatsConnection? connection = null)
    {
        connection ??= _connection;
        var opts = new NatsJSOpts(connection.Opts, domain: domain);
        var context = new NatsJSContext(connection, timeout is { } limit ? opts with { PublishTimeout = limit } : opts);
        return new NatsKVStore(new BucketRoutes(context, "b", new StreamInfo { Config = new StreamConfig("KV_b", ["$KV.b.>"]) { AllowDirect = true } }), NatsKVOpts.Default);
    }
}
