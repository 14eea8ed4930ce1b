using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Buckets;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Writing;

/// <summary>What writes and reads send, with a simulated bucket (ADR-8, ADR-48).</summary>
public sealed class WriteWireTests : IAsyncLifetime
{
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url });
        await _connection.ConnectAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("put", "v", "")]
    [InlineData("create", "v", "Nats-Expected-Last-Subject-Sequence: 0")]
    [InlineData("create ttl", "v", "Nats-Expected-Last-Subject-Sequence: 0, Nats-TTL: 5s")]
    [InlineData("create never", "v", "Nats-Expected-Last-Subject-Sequence: 0, Nats-TTL: never")]
    [InlineData("update", "v", "Nats-Expected-Last-Subject-Sequence: 7")]
    [InlineData("update ttl", "v", "Nats-Expected-Last-Subject-Sequence: 7, Nats-TTL: 1500ms")]
    [InlineData("delete", "", "KV-Operation: DEL")]
    [InlineData("delete revision", "", "KV-Operation: DEL, Nats-Expected-Last-Subject-Sequence: 7")]
    [InlineData("purge", "", "KV-Operation: PURGE, Nats-Rollup: sub")]
    [InlineData("purge ttl", "", "KV-Operation: PURGE, Nats-Rollup: sub, Nats-TTL: 5s")]
    public async Task Write_has_the_headers_of_the_specification_and_a_message_id(string operation, string payload, string headers)
    {
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(_server.Url, "$KV.b.>", Cancel);
        bucket.Answer = _ => ScriptedStream.Ack(8);
        NatsKVStore store = Store();
        var ttl = TimeSpan.FromSeconds(5);
        await (operation switch
        {
            "put" => store.PutAsync("k", "v", cancellationToken: Cancel).AsTask(),
            "create" => store.CreateAsync("k", "v", cancellationToken: Cancel).AsTask(),
            "create ttl" => store.CreateAsync("k", "v", ttl, cancellationToken: Cancel).AsTask(),
            "create never" => store.CreateAsync("k", "v", Timeout.InfiniteTimeSpan, cancellationToken: Cancel).AsTask(),
            "update" => store.UpdateAsync("k", "v", 7, cancellationToken: Cancel).AsTask(),
            "update ttl" => store.UpdateAsync("k", "v", 7, TimeSpan.FromMilliseconds(1500), cancellationToken: Cancel).AsTask(),
            "delete" => store.DeleteAsync("k", cancellationToken: Cancel).AsTask(),
            "delete revision" => store.DeleteAsync("k", new NatsKVDeleteOpts { Revision = 7 }, Cancel).AsTask(),
            "purge" => store.PurgeAsync("k", cancellationToken: Cancel).AsTask(),
            _ => store.PurgeAsync("k", ttl, cancellationToken: Cancel).AsTask(),
        });
        NatsMsg<string> sent = Assert.Single(bucket.Received);

        Assert.Equal(("$KV.b.k", payload), (sent.Subject, sent.Data ?? ""));
        Assert.NotEqual("", sent.Headers!["Nats-Msg-Id"].ToString());
        Assert.Equal(headers, string.Join(", ", sent.Headers.Where(header => header.Key != "Nats-Msg-Id").Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Last_entry_is_read_with_the_key_in_the_subject_and_a_revision_with_the_sequence_alone()
    {
        await using ScriptedStream direct = await ScriptedStream.StartAsync(_server.Url, "$JS.API.DIRECT.GET.>", Cancel);
        await using ScriptedStream leader = await ScriptedStream.StartAsync(_server.Url, "$JS.API.STREAM.MSG.GET.KV_b", Cancel);
        leader.Answer = _ => """{"message":{"subject":"$KV.b.k","seq":7,"data":"dg==","time":"2026-01-01T00:00:00Z"}}""";
        direct.Answer = _ => ""; // without the headers of an entry
        await Assert.ThrowsAsync<NatsJSProtocolException>(async () => await Store().GetEntryAsync<string>("k", cancellationToken: Cancel));
        await Assert.ThrowsAsync<NatsJSProtocolException>(async () => await Store().GetEntryAsync<string>("k", 3, cancellationToken: Cancel));
        Assert.Equal(
            [("$JS.API.DIRECT.GET.KV_b.$KV.b.k", ""), ("$JS.API.DIRECT.GET.KV_b", """{"seq":3}""")], direct.Received.Select(request => (request.Subject, request.Data ?? "")));

        NatsKVEntry<string> entry = await Store(allowDirect: false).GetEntryAsync<string>("k", cancellationToken: Cancel); // the form before direct get
        Assert.Equal(("v", 7UL), (entry.Value, entry.Revision));
        Assert.Equal("""{"last_by_subj":"$KV.b.k"}""", Assert.Single(leader.Received).Data);
    }

    [Theory]
    [InlineData(0, false, "subject_delete_marker_ttl")]
    [InlineData(1, false, null)]
    [InlineData(1, true, "allow_atomic")]
    [InlineData(2, true, null)]
    public async Task Level_of_the_account_decides_about_markers_and_atomic_updates_and_not_the_connected_server(int level, bool isAtomic, string? refused)
    {
        await using ScriptedStream account = await ScriptedStream.StartAsync(_server.Url, "$JS.API.INFO", Cancel); // of a leaf node, for example
        await using ScriptedStream create = await ScriptedStream.StartAsync(_server.Url, "$JS.API.STREAM.CREATE.KV_b", Cancel);
        account.Answer = _ => $$"""{"type":"io.nats.jetstream.api.v1.account_info_response","api":{"level":{{level}} },"limits":{} }""";
        create.Answer = request => $$"""{"config":{{request.Data}},"created":"2026-01-01T00:00:00Z","state":{} }""";
        NatsKVConfig config = isAtomic ? new NatsKVConfig("b") { AllowAtomic = true } : new NatsKVConfig("b") { LimitMarkerTTL = TimeSpan.FromSeconds(2) };
        Task creation = _connection.CreateKeyValueStoreContext().CreateStoreAsync(config, Cancel).AsTask();
        if (refused is null)
        {
            await creation;
            Assert.Single(create.Received);
            return;
        }

        NatsJSFeatureNotSupportedException e = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(() => creation);
        Assert.Equal((refused, level), (e.Field, e.ServerLevel));
        Assert.Empty(create.Received);
    }

    private NatsKVStore Store(bool allowDirect = true) => new(
        new BucketRoutes(new NatsJSContext(_connection), "b", new StreamInfo { Config = new StreamConfig("KV_b", ["$KV.b.>"]) { AllowDirect = allowDirect, AllowMsgTTL = true } }), NatsKVOpts.Default);
}
