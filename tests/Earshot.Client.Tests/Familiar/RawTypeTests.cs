using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Client.Tests.Serialization;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>Every type that is bytes goes through every registry as the bytes that it is, published and received.</summary>
public sealed class RawTypeTests
{
    private static readonly byte[] s_bytes = [0, 13, 10, 255, 7];

    private static readonly Dictionary<string, INatsSerializerRegistry> s_registries = new()
    {
        ["NatsConnection's default"] = NatsDefaultSerializerRegistry.Default,
        ["NatsClient's default"] = NatsClientDefaultSerializerRegistry.Default,
        ["source-generated JSON"] = new NatsJsonContextSerializerRegistry(OrderContext.Default),
        ["JSON options with reflection"] = new NatsJsonContextOptionsSerializerRegistry(new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() }),
        ["an own chain with JSON at its end"] = new OwnRegistry(),
    };

    private static readonly Dictionary<string, Func<INatsSerializerRegistry, ConnectionRig, ScriptedPeer, Task>> s_types = new()
    {
        ["byte[]"] = (r, rig, peer) => GoesThroughAsync(r, rig, peer, s_bytes, value => value),
        ["Memory<byte>"] = (r, rig, peer) => GoesThroughAsync<Memory<byte>>(r, rig, peer, s_bytes, value => value.ToArray()),
        ["Memory<byte>?"] = (r, rig, peer) => GoesThroughAsync<Memory<byte>?>(r, rig, peer, s_bytes, value => value!.Value.ToArray()),
        ["ReadOnlyMemory<byte>"] = (r, rig, peer) => GoesThroughAsync<ReadOnlyMemory<byte>>(r, rig, peer, s_bytes, value => value.ToArray()),
        ["ReadOnlyMemory<byte>?"] = (r, rig, peer) => GoesThroughAsync<ReadOnlyMemory<byte>?>(r, rig, peer, s_bytes, value => value!.Value.ToArray()),
        ["ReadOnlySequence<byte>"] = (r, rig, peer) => GoesThroughAsync(r, rig, peer, new ReadOnlySequence<byte>(s_bytes), value => value.ToArray()),
        ["ReadOnlySequence<byte>?"] = (r, rig, peer) => GoesThroughAsync<ReadOnlySequence<byte>?>(r, rig, peer, Payloads.Scattered(s_bytes), value => value!.Value.ToArray()),
        ["NatsMemoryOwner<byte>"] = (r, rig, peer) => GoesThroughAsync(r, rig, peer, Owner(), value => Taken(value)),
        ["NatsMemoryOwner<byte>?"] = (r, rig, peer) => GoesThroughAsync<NatsMemoryOwner<byte>?>(r, rig, peer, Owner(), value => Taken(value!.Value)),
        ["IMemoryOwner<byte>"] = (r, rig, peer) => GoesThroughAsync<IMemoryOwner<byte>>(r, rig, peer, Owner(), value => Taken(value!)),
        ["NatsBufferWriter<byte>"] = (r, rig, peer) => GoesThroughAsync(r, rig, peer, Writer(), value => value!.WrittenMemory.ToArray()),
    };

    public static TheoryData<string, string> Table
    {
        get
        {
            var table = new TheoryData<string, string>();
            foreach (string type in s_types.Keys)
            {
                foreach (string registry in s_registries.Keys)
                {
                    table.Add(type, registry);
                }
            }

            return table;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Every_raw_type_goes_through_every_registry(string type, string registry)
    {
        await using var rig = new ConnectionRig(o => o with { SerializerRegistry = s_registries[registry] });
        ScriptedPeer peer = await rig.OpenAsync();
        await s_types[type](s_registries[registry], rig, peer);
    }

    [Fact]
    public async Task A_value_with_JSON_still_gets_it_from_the_same_registries()
    {
        foreach (INatsSerializerRegistry registry in s_registries.Values.Skip(1))
        {
            await using var rig = new ConnectionRig(o => o with { SerializerRegistry = registry });
            ScriptedPeer peer = await rig.OpenAsync();
            await rig.Connection.PublishAsync("a", new Order(1, "x"), cancellationToken: rig.Token);
            Assert.Contains("\"Id\":1", (await peer.ExpectAsync("PUB a", rig.Token)).PayloadText, StringComparison.Ordinal);
        }
    }

    private static async Task GoesThroughAsync<T>(INatsSerializerRegistry registry, ConnectionRig rig, ScriptedPeer peer, T value, Func<T?, byte[]?> bytes)
    {
        await using INatsSub<T> sub = await rig.Connection.SubscribeCoreAsync<T>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await rig.Connection.PublishAsync("a", value, cancellationToken: rig.Token);
        Assert.Equal(s_bytes, (await peer.ExpectAsync("PUB a 5", rig.Token)).Payload);
        await peer.SendRawAsync((byte[])[.. "MSG a 1 5\r\n"u8, .. s_bytes, .. "\r\n"u8]);
        NatsMsg<T> message = await sub.Msgs.ReadAsync(rig.Token);
        Assert.Null(message.Error);
        Assert.Equal(s_bytes, bytes(message.Data));

        // The serializer itself, not only the connection's short way past it.
        var writer = new ArrayBufferWriter<byte>();
        registry.GetSerializer<T>().Serialize(writer, message.Data!);
        Assert.Equal(s_bytes, writer.WrittenSpan.ToArray());
        Assert.Equal(s_bytes, bytes(registry.GetDeserializer<T>().Deserialize(Payloads.Scattered(s_bytes))));
    }

    private static NatsMemoryOwner<byte> Owner()
    {
        var owner = NatsMemoryOwner<byte>.Allocate(s_bytes.Length);
        s_bytes.CopyTo(owner.Span);
        return owner;
    }

    private static NatsBufferWriter<byte> Writer()
    {
        var writer = new NatsBufferWriter<byte>();
        writer.Write(s_bytes);
        return writer;
    }

    private static byte[] Taken(IMemoryOwner<byte> owner) => owner.Memory.ToArray();

    private sealed class OwnRegistry : INatsSerializerRegistry
    {
        public INatsSerialize<T> GetSerializer<T>() => Chain<T>();

        public INatsDeserialize<T> GetDeserializer<T>() => Chain<T>();

        private static INatsSerializer<T> Chain<T>() => new NatsSerializerBuilder<T>()
            .Add(new NatsRawSerializer<T>())
            .Add(new NatsUtf8PrimitivesSerializer<T>())
            .Add(new NatsJsonSerializer<T>())
            .Build();
    }
}
