using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xunit;

namespace Earshot.Conformance.Tests.Core;

/// <summary>Serializers with a real server, and the effect of their failures.</summary>
public sealed partial class SerializerTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Source_generated_json_makes_the_round_trip()
    {
        await using NatsConnection nats = await servers.ConnectAsync(new NatsOpts { SerializerRegistry = new NatsJsonContextSerializerRegistry(ParcelContext.Default) });
        await using INatsSub<Parcel> sub = await nats.SubscribeCoreAsync<Parcel>(Servers.NewSubject(), cancellationToken: Token);
        await nats.PublishAsync(sub.Subject, new Parcel(1, "grün"), cancellationToken: Token);
        Assert.Equal(new Parcel(1, "grün"), (await sub.NextAsync()).Data);
    }

    [Fact]
    public async Task A_custom_serializer_receives_subject_and_headers_and_a_custom_registry_is_used()
    {
        await using NatsConnection nats = await servers.ConnectAsync(new NatsOpts { SerializerRegistry = new OwnRegistry() });
        await using INatsSub<Parcel> sub = await nats.SubscribeCoreAsync<Parcel>(Servers.NewSubject(), cancellationToken: Token);
        await nats.PublishAsync(sub.Subject, new Parcel(5, ""), new NatsHeaders { { "A", "1" } }, cancellationToken: Token);
        Assert.Equal(new Parcel(5, $"{sub.Subject} 1"), (await sub.NextAsync()).Data);
    }

    [Fact]
    public async Task A_deserializer_that_throws_loses_one_message_and_nothing_else()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        Task<NatsExceptionOccurredEvent> reported = nats.Events.WhenAsync<NatsExceptionOccurredEvent>(cancellationToken: Token);
        await nats.PublishAsync(sub.Subject, "not a number", cancellationToken: Token);
        await nats.PublishAsync(sub.Subject, 2, cancellationToken: Token);

        List<NatsMsg<int>> messages = await sub.NextAsync(2);
        NatsDeserializeException error = Assert.IsType<NatsDeserializeException>(messages[0].Error);
        Assert.Equal("not a number"u8.ToArray(), error.RawData);
        Assert.Same(error, Assert.Throws<NatsDeserializeException>(messages[0].EnsureSuccess));
        Assert.Null(messages[1].Error);
        messages[1].EnsureSuccess();
        Assert.Equal(2, messages[1].Data);
        Assert.Same(error, (await reported.WaitAsync(Servers.Limit, Token)).Exception);
        Assert.Equal((NatsConnectionState.Open, 0L), (nats.ConnectionState, nats.Stats.Reconnects));
    }

    [Fact]
    public async Task A_deserializer_that_blocks_holds_up_its_own_reader_only()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        using var blocking = new BlockingSerializer();
        await using INatsSub<Parcel> stuck = await nats.SubscribeCoreAsync(Servers.NewSubject(), serializer: blocking, cancellationToken: Token);
        await using INatsSub<int> other = await nats.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        await nats.PublishAsync(stuck.Subject, 1, cancellationToken: Token);
        Task<NatsMsg<Parcel>> reading = Task.Factory.StartNew(() => stuck.NextAsync(), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await blocking.Entered.WaitAsync(Servers.Limit, Token);
        await nats.PublishAsync(other.Subject, 2, cancellationToken: Token);
        Assert.Equal(2, (await other.NextAsync()).Data);
        await nats.PingAsync(Token).InTimeAsync();
        blocking.Release();
        Assert.Null((await reading).Error);
    }

    [Fact]
    public async Task A_serializer_that_throws_fails_the_publish_and_sends_nothing()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using INatsSub<string> sub = await nats.SubscribeCoreAsync<string>(Servers.NewSubject(), cancellationToken: Token);
        await Assert.ThrowsAsync<JsonException>(async () => await nats.PublishAsync(sub.Subject, new Parcel(1, ""), serializer: new ThrowingSerializer(), cancellationToken: Token));
        await Assert.ThrowsAsync<JsonException>(async () => await nats.RequestAsync<Parcel, int>(sub.Subject, new Parcel(1, ""), requestSerializer: new ThrowingSerializer(), cancellationToken: Token));
        await nats.PublishAsync(sub.Subject, "next", cancellationToken: Token);
        Assert.Equal("next", (await sub.NextAsync()).Data);
        await nats.FlushAsync(Token).InTimeAsync(); // what a PONG has confirmed is counted
        Assert.Equal((1L, 0L), (nats.Stats.SentMessages, nats.Stats.RequestsInFlight));
    }

    private sealed record Parcel(int Id, string Text);

    [JsonSerializable(typeof(Parcel))]
    private sealed partial class ParcelContext : JsonSerializerContext;

    private sealed class OwnRegistry : INatsSerializerRegistry
    {
        public INatsSerialize<T> GetSerializer<T>() => (INatsSerialize<T>)(object)new OwnSerializer();

        public INatsDeserialize<T> GetDeserializer<T>() => (INatsDeserialize<T>)(object)new OwnSerializer();
    }

    private sealed class OwnSerializer : INatsSerializerWithContext<Parcel>
    {
        public void Serialize(IBufferWriter<byte> bufferWriter, Parcel value) => throw new InvalidOperationException("The other one has the context.");

        public void Serialize(IBufferWriter<byte> bufferWriter, Parcel value, in NatsMsgContext context) => bufferWriter.Write([(byte)value.Id]);

        public Parcel? Deserialize(in ReadOnlySequence<byte> buffer) => throw new InvalidOperationException("The other one has the context.");

        public Parcel? Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) => new(buffer.FirstSpan[0], $"{context.Subject} {context.Headers!["A"]}");
    }

    private sealed class ThrowingSerializer : INatsSerialize<Parcel>
    {
        public void Serialize(IBufferWriter<byte> bufferWriter, Parcel value)
        {
            bufferWriter.Write("half a "u8);
            throw new JsonException("refused");
        }
    }

    private sealed class BlockingSerializer : INatsDeserialize<Parcel>, IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public Task Entered => _entered.Task;

        public void Release() => _released.Set();

        public void Dispose() => _released.Dispose();

        public Parcel? Deserialize(in ReadOnlySequence<byte> buffer)
        {
            _entered.SetResult();
            _released.Wait(Servers.Limit, Token);
            return null;
        }
    }
}
