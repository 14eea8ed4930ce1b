using System.Buffers;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Writing;

/// <summary>Atomic updates of several keys with real servers.</summary>
[BothServers]
public sealed class UpdateManyTests(JetStreamServers servers)
{
    [Fact]
    public async Task Changes_of_every_kind_are_stored_together_with_consecutive_revisions()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await CreateAsync(rig);
        await store.PutManyAsync(["put", "update", "delete", "purge", "purge"], rig.Cancel);
        IReadOnlyList<ulong> revisions = await store.UpdateManyAsync(
            [
                NatsKVChange.Put("put", 10), NatsKVChange.Create("create", 11), NatsKVChange.Update("update", 12, 2), NatsKVChange.Update("new", 13, 0),
                NatsKVChange.Delete<int>("delete", 3), NatsKVChange.Purge<int>("purge"),
            ],
            cancellationToken: rig.Cancel);

        Assert.Equal([6UL, 7UL, 8UL, 9UL, 10UL, 11UL], revisions);
        Assert.Equal(
            [("put", 10, 6UL), ("create", 11, 7UL), ("update", 12, 8UL), ("new", 13, 9UL)],
            await store.GetManyAsync<int>(["put", "create", "update", "new", "delete", "purge"], cancellationToken: rig.Cancel)
                .Select(entry => (entry.Key, entry.Value, entry.Revision)).ToListAsync(rig.Cancel));
        Assert.Equal(
            [(NatsKVOperation.Put, 3UL), (NatsKVOperation.Del, 10UL)],
            await store.HistoryAsync<int>("delete", cancellationToken: rig.Cancel).Select(entry => (entry.Operation, entry.Revision)).ToListAsync(rig.Cancel));
        Assert.Equal(
            [(NatsKVOperation.Purge, 11UL)],
            await store.HistoryAsync<int>("purge", cancellationToken: rig.Cancel).Select(entry => (entry.Operation, entry.Revision)).ToListAsync(rig.Cancel));
        Assert.Equal([12UL], await store.UpdateManyAsync([NatsKVChange.Update("put", 14, 6)], cancellationToken: rig.Cancel)); // a single one
        Assert.Empty(await store.UpdateManyAsync<int>([], cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Wrong_revision_of_one_key_rejects_all_changes_and_is_named()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await CreateAsync(rig);
        await store.PutManyAsync(["a", "b", "b", "c"], rig.Cancel);
        NatsKVChange<int>[] changes = [NatsKVChange.Put("x", 1), NatsKVChange.Update("a", 2, 1), NatsKVChange.Update("b", 2, 2), NatsKVChange.Create("c", 2), NatsKVChange.Delete<int>("d", 7)];
        NatsKVUpdateManyException e = await Assert.ThrowsAsync<NatsKVUpdateManyException>(async () => await store.UpdateManyAsync(changes, cancellationToken: rig.Cancel));
        NatsResult<IReadOnlyList<ulong>> tried = await store.TryUpdateManyAsync(changes, cancellationToken: rig.Cancel);

        Assert.Equal([new NatsKVConflict("b", 2, 3), new NatsKVConflict("c", null, 4), new NatsKVConflict("d", 7, 0)], e.Conflicts);
        Assert.Equal("Nothing was written: the last revision of 'b' is 3, not 2; 'c' exists, with revision 4; the last revision of 'd' is 0, not 7.", e.Message);
        Assert.Equal((NatsOutcome.Rejected, 3UL), (e.Outcome, e.LastRevision));
        Assert.IsType<NatsKVUpdateManyException>(tried.Error);
        Assert.Equal(4UL, (await store.GetStatusAsync(rig.Cancel)).Info.State.LastSeq);
    }

    [Fact]
    public async Task Deleted_and_purged_keys_can_be_created()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await CreateAsync(rig);
        await store.PutManyAsync(["a", "b", "c"], rig.Cancel);
        await store.DeleteAsync("a", cancellationToken: rig.Cancel);
        await store.PurgeAsync("b", cancellationToken: rig.Cancel);
        IReadOnlyList<ulong> revisions = await store.UpdateManyAsync(
            [NatsKVChange.Create("a", 1), NatsKVChange.Create("b", 2), NatsKVChange.Update("c", 3, 3), NatsKVChange.Create("d", 4)], cancellationToken: rig.Cancel);

        Assert.Equal([6UL, 7UL, 8UL, 9UL], revisions);
        NatsKVUpdateManyException e = await Assert.ThrowsAsync<NatsKVUpdateManyException>(async () =>
            await store.UpdateManyAsync([NatsKVChange.Create("a", 1), NatsKVChange.Create("e", 1)], cancellationToken: rig.Cancel));
        Assert.Equal(new NatsKVConflict("a", null, 6), Assert.Single(e.Conflicts));
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Bucket_and_server_without_atomic_updates_refuse_them_before_a_byte(bool isOld)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await (isOld ? servers.Oldest : servers.Newest));
        INatsKVStore store = await rig.CreateAsync();
        NatsKVChange<int>[] changes = [NatsKVChange.Put("a", 1), NatsKVChange.Put("b", 2)];
        NatsJSException e = await Assert.ThrowsAnyAsync<NatsJSException>(async () => await store.UpdateManyAsync(changes, cancellationToken: rig.Cancel));

        Assert.Equal(isOld ? typeof(NatsJSFeatureNotSupportedException) : typeof(NatsKVException), e.GetType());
        Assert.Contains(isOld ? "allow_atomic" : nameof(NatsKVConfig.AllowAtomic), e.Message, StringComparison.Ordinal);
        Assert.Equal(0UL, (await store.GetStatusAsync(rig.Cancel)).Info.State.LastSeq);
        if (isOld)
        {
            NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
                await rig.Context.CreateStoreAsync(new NatsKVConfig($"{rig.Bucket}_2") { AllowAtomic = true }, rig.Cancel));
            Assert.Equal(("allow_atomic", 2, 0), (refused.Field, refused.RequiredLevel, refused.ServerLevel));
            Assert.DoesNotContain($"{rig.Bucket}_2", await rig.Context.GetBucketNamesAsync(rig.Cancel).ToListAsync(rig.Cancel));
        }
    }

    [Fact]
    public async Task Bucket_keeps_atomic_updates_and_can_get_them_later()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await rig.Context.UpdateStoreAsync(rig.Config() with { AllowAtomic = true }, rig.Cancel);
        Assert.Equal([1UL, 2UL], await store.UpdateManyAsync([NatsKVChange.Put("a", 1), NatsKVChange.Put("b", 1)], cancellationToken: rig.Cancel));
        await rig.Context.UpdateStoreAsync(rig.Config() with { Description = "without the setting" }, rig.Cancel);
        Assert.Equal([3UL], await store.UpdateManyAsync([NatsKVChange.Put("a", 2)], cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Changes_that_are_not_valid_throw_before_anything_is_sent()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await CreateAsync(rig);
        await rig.Connection.PingAsync(rig.Cancel); // what was sent before is counted
        long sent = rig.Connection.Stats.SentMessages;
        NatsKVException twice = await Assert.ThrowsAsync<NatsKVException>(async () => await store.UpdateManyAsync([NatsKVChange.Put("a", 1), NatsKVChange.Delete<int>("a")], cancellationToken: rig.Cancel));
        Assert.Contains("'a' occurs twice", twice.Message, StringComparison.Ordinal);
        Assert.IsType<NatsKVException>((await store.TryUpdateManyAsync([NatsKVChange.Put("a", 1), NatsKVChange.Put("b.", 1)], cancellationToken: rig.Cancel)).Error);
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.UpdateManyAsync([NatsKVChange.Put("a", 1) with { Ttl = TimeSpan.FromMilliseconds(5) }], cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.UpdateManyAsync(Enumerable.Range(0, 1001).Select(i => NatsKVChange.Put($"k{i}", i)), cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await store.UpdateManyAsync([NatsKVChange.Put("a", 1), NatsKVChange.Put("b", 2)], new FailsAt(2), rig.Cancel));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.UpdateManyAsync([NatsKVChange.Put("a", 1)], cancellationToken: new CancellationToken(canceled: true)));

        Assert.Equal(sent, rig.Connection.Stats.SentMessages);
    }

    [Fact]
    public async Task Thousand_keys_are_changed_together()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await CreateAsync(rig);
        IReadOnlyList<ulong> revisions = await store.UpdateManyAsync(Enumerable.Range(0, 1000).Select(i => NatsKVChange.Create($"k{i}", i)), cancellationToken: rig.Cancel);

        Assert.Equal((1UL, 1000UL, 1000), (revisions[0], revisions[^1], revisions.Count));
        Assert.Equal(999, (await store.GetEntryAsync<int>("k999", cancellationToken: rig.Cancel)).Value);
    }

    [Fact]
    public async Task Time_to_live_is_that_of_its_change_only_and_needs_the_setting_of_the_bucket()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        NatsKVChange<int>[] changes = [NatsKVChange.Create("a", 1) with { Ttl = TimeSpan.FromMinutes(5) }, NatsKVChange.Create("b", 1)];
        INatsKVStore store = await CreateAsync(rig);
        Assert.IsType<NatsKVException>((await store.TryUpdateManyAsync(changes, cancellationToken: rig.Cancel)).Error);
        store = await rig.Context.UpdateStoreAsync(rig.Config() with { History = 5, LimitMarkerTTL = TimeSpan.FromSeconds(1) }, rig.Cancel);
        await store.UpdateManyAsync(changes, cancellationToken: rig.Cancel);

        INatsJSStream stream = await rig.JetStream.GetStreamAsync(rig.Stream, cancellationToken: rig.Cancel);
        Assert.Equal(
            ["300s", null],
            await Task.WhenAll(((ulong[])[1, 2]).Select(async revision =>
                (await stream.GetDirectAsync<byte[]>(new StreamMsgGetRequest { Seq = revision }, cancellationToken: rig.Cancel)).Headers is { } headers && headers.TryGetLastValue("Nats-TTL", out string? ttl) ? ttl : null)));
    }

    [Fact]
    public async Task Views_with_codecs_convert_keys_and_values_and_name_the_keys_of_the_application()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore plain = await CreateAsync(rig);
        INatsKVStore store = plain.WithBase64Keys().WithValueCodec(new Doubled());
        IReadOnlyList<ulong> revisions = await store.UpdateManyAsync([NatsKVChange.Create("straße 1", "x"), NatsKVChange.Create("straße 2", "y")], cancellationToken: rig.Cancel);
        Assert.Equal("xx", (await plain.GetEntryAsync<string>("c3RyYcOfZSAx", cancellationToken: rig.Cancel)).Value);
        Assert.Equal("y", (await store.GetEntryAsync<string>("straße 2", cancellationToken: rig.Cancel)).Value);
        NatsKVUpdateManyException e = await Assert.ThrowsAsync<NatsKVUpdateManyException>(async () =>
            await store.UpdateManyAsync([NatsKVChange.Update("straße 1", "z", revisions[0]), NatsKVChange.Update("straße 2", "z", 77)], cancellationToken: rig.Cancel));

        Assert.Equal(new NatsKVConflict("straße 2", 77, revisions[1]), Assert.Single(e.Conflicts));
        Assert.Contains("'straße 2' is 2, not 77", e.Message, StringComparison.Ordinal);
        Assert.IsType<NatsKVException>((await plain.WithPathKeys().TryUpdateManyAsync([NatsKVChange.Put("a.b", "x")], cancellationToken: rig.Cancel)).Error);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Update_through_a_mirror_changes_the_mirrored_bucket()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore origin = await CreateAsync(rig);
        INatsKVStore mirror = await rig.Context.CreateStoreAsync(
            new NatsKVConfig(rig.Bucket + "_m") { Storage = NatsKVStorageType.Memory, Mirror = new StreamSource { Name = rig.Bucket } }, rig.Cancel);
        Assert.Equal([1UL, 2UL], await mirror.UpdateManyAsync([NatsKVChange.Create("a", 1), NatsKVChange.Create("b", 2)], cancellationToken: rig.Cancel));
        Assert.Equal(2, (await origin.GetEntryAsync<int>("b", cancellationToken: rig.Cancel)).Value);
        NatsKVUpdateManyException e = await Assert.ThrowsAsync<NatsKVUpdateManyException>(async () => await mirror.UpdateManyAsync([NatsKVChange.Create("a", 1)], cancellationToken: rig.Cancel));
        Assert.Equal("a", Assert.Single(e.Conflicts).Key); // read from the mirrored bucket
    }

    private static ValueTask<INatsKVStore> CreateAsync(KVRig rig) => rig.CreateAsync(config => config with { AllowAtomic = true, History = 5 });

    private sealed class FailsAt(int value) : INatsSerialize<int>
    {
        public void Serialize(IBufferWriter<byte> bufferWriter, int given)
        {
            if (given == value)
            {
                throw new NotSupportedException();
            }
        }
    }

    private sealed class Doubled : INatsValueCodec
    {
        public void Encode(ReadOnlySequence<byte> value, IBufferWriter<byte> writer)
        {
            writer.Write(value.ToArray());
            writer.Write(value.ToArray());
        }

        public void Decode(ReadOnlySequence<byte> stored, IBufferWriter<byte> writer) => writer.Write(stored.Slice(0, stored.Length / 2).ToArray());
    }
}
