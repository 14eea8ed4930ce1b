using System.Buffers;
using CsCheck;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Buckets;
using Earshot.KeyValueStore.Codecs;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Keys;

/// <summary>Codecs of keys and values.</summary>
[BothServers]
public sealed class CodecTests(JetStreamServers servers)
{
    [Theory]
    [InlineData("user/profile/settings", "user.profile.settings", "user/profile/settings")]
    [InlineData("/a/b/", "_root_.a.b", "/a/b")]
    [InlineData("/", "_root_", "/")]
    [InlineData("a", "a", "a")]
    public void Path_is_a_key_with_dots(string path, string stored, string decoded)
    {
        Assert.Equal(stored, PathKeyCodec.Instance.Encode(path));
        Assert.Equal(decoded, PathKeyCodec.Instance.Decode(stored));
    }

    [Fact]
    public void Filter_keeps_its_wildcards()
    {
        Assert.Equal("_root_.a.*.>", PathKeyCodec.Instance.EncodeFilter("/a/*/>"));
        Assert.Equal("w6Q.*.>", Base64KeyCodec.Instance.EncodeFilter("ä.*.>"));
        Assert.Equal("Kg", Base64KeyCodec.Instance.Encode("*"));
    }

    [Fact]
    public void Key_that_a_codec_cannot_convert_is_an_exception()
    {
        Assert.Throws<NatsKVException>(() => PathKeyCodec.Instance.Encode("a.b"));
        Assert.Throws<NatsKVException>(() => Base64KeyCodec.Instance.Encode("\ud800"));
        Assert.Throws<NatsKVException>(() => Base64KeyCodec.Instance.Decode("not base64!"));
    }

    [Fact]
    public void Any_text_in_tokens_is_a_valid_key_and_comes_back() =>
        Gen.Char[' ', '\ud7ff'].Where(one => one != '.').Array[1, 20].Array[1, 3].Sample(tokens =>
        {
            string key = string.Join('.', tokens.Select(token => new string(token)));
            string stored = Base64KeyCodec.Instance.Encode(key);
            Assert.Null(KeyRules.CheckKey(stored));
            Assert.Equal(key, Base64KeyCodec.Instance.Decode(stored));
        });

    [Fact]
    public async Task Codecs_of_keys_can_be_chained()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore plain = await rig.CreateAsync();
        INatsKVStore store = plain.WithBase64Keys().WithPathKeys();
        await store.PutAsync("/a b/c", 1, cancellationToken: rig.Cancel);
        Assert.Equal([string.Join('.', "X3Jvb3Rf", "YSBi", "Yw")], await plain.GetKeysAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Equal(["/a b/c"], await store.GetKeysAsync(["/a b/*"], cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
    }

    [Fact]
    public async Task View_with_codecs_behaves_as_the_bucket()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore plain = await rig.CreateAsync(config => config with { History = 4 });
        INatsKVStore store = plain.WithBase64Keys().WithValueCodec(new Reversed());
        const string Key = "straße 1.äöü";
        ulong first = await store.CreateAsync(Key, "abc", cancellationToken: rig.Cancel);
        Assert.True((await store.TryUpdateAsync(Key, "def", first, cancellationToken: rig.Cancel)).Success);
        NatsKVEntry<string> entry = await store.GetEntryAsync<string>(Key, cancellationToken: rig.Cancel);
        Assert.Equal((Key, "def"), (entry.Key, entry.Value));
        Assert.Equal("abc", (await store.TryGetEntryAsync<string>(Key, first, cancellationToken: rig.Cancel)).Value.Value);
        string stored = Assert.Single(await plain.GetKeysAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Equal("fed", (await plain.GetEntryAsync<string>(stored, cancellationToken: rig.Cancel)).Value);
        Assert.Equal([Key], await store.GetKeysAsync(["straße 1.*"], cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Equal(["abc", "def"], await store.HistoryAsync<string>(Key, cancellationToken: rig.Cancel).Select(one => one.Value).ToListAsync(rig.Cancel));
        Assert.Equal([Key], (await store.PutManyAsync([KeyValuePair.Create(Key, "x")], cancellationToken: rig.Cancel)).Select(result => result.Key));
        Assert.Equal([(Key, "x")], await store.GetManyAsync<string>([Key], cancellationToken: rig.Cancel).Select(one => (one.Key, one.Value!)).ToListAsync(rig.Cancel));
        await using INatsKVWatch<string> watch = await store.StartWatchAsync<string>([Key], cancellationToken: rig.Cancel);
        Assert.Equal(Key, Assert.Single(await rig.TakeAsync(watch.Entries, 1)).Key);
        await store.DeleteAsync(Key, cancellationToken: rig.Cancel);
        Assert.Equal((Key, NatsKVOperation.Del), (await rig.TakeAsync(store.WatchAsync<string>(Key, cancellationToken: rig.Cancel), 1)).Select(one => (one.Key, one.Operation)).Single());
        Assert.IsType<NatsKVKeyDeletedException>((await store.TryGetEntryAsync<string>(Key, cancellationToken: rig.Cancel)).Error);
        await store.PurgeAsync(Key, cancellationToken: rig.Cancel);
    }

    [Fact]
    public async Task Serializer_with_context_writes_and_reads_headers_also_behind_a_codec()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore plain = await rig.CreateAsync();
        INatsKVStore store = plain.WithValueCodec(new Reversed());
        var serializer = new WithHeader();
        await plain.PutAsync("plain", "abc", serializer, cancellationToken: rig.Cancel);
        await store.PutAsync("coded", "abc", serializer, cancellationToken: rig.Cancel);
        await store.CreateAsync("created", "abc", serializer, cancellationToken: rig.Cancel);
        Assert.Equal("abc with header", (await plain.GetEntryAsync("plain", serializer: serializer, cancellationToken: rig.Cancel)).Value);
        Assert.Equal("abc with header", (await store.GetEntryAsync("coded", serializer: serializer, cancellationToken: rig.Cancel)).Value);
        Assert.Equal("abc with header", (await store.GetEntryAsync("created", serializer: serializer, cancellationToken: rig.Cancel)).Value);
        Assert.Equal("cba", (await plain.GetEntryAsync<string>("coded", cancellationToken: rig.Cancel)).Value);
    }

    private sealed class WithHeader : INatsSerializeWithContext<string>, INatsDeserializeWithContext<string>
    {
        public void Serialize(IBufferWriter<byte> bufferWriter, string value) => throw new NotSupportedException("The context is needed.");

        public void Serialize(IBufferWriter<byte> bufferWriter, string value, in NatsMsgContext context)
        {
            context.Headers!["Suffix"] = "with header";
            bufferWriter.Write(System.Text.Encoding.UTF8.GetBytes(value));
        }

        public string Deserialize(in ReadOnlySequence<byte> buffer) => throw new NotSupportedException("The context is needed.");

        public string Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) =>
            System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + " " + context.Headers?["Suffix"];
    }

    private sealed class Reversed : INatsValueCodec
    {
        public void Encode(ReadOnlySequence<byte> value, IBufferWriter<byte> writer)
        {
            byte[] bytes = value.ToArray();
            Array.Reverse(bytes);
            writer.Write(bytes);
        }

        public void Decode(ReadOnlySequence<byte> stored, IBufferWriter<byte> writer) => Encode(stored, writer);
    }
}
