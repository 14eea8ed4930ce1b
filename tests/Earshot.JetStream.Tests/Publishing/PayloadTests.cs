using System.Buffers;
using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>Payloads of publishes follow the rules of core publishes, to a stream that the test plays.</summary>
public sealed class PayloadTests : IAsyncLifetime
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
        _stream.Answer = _ => ScriptedStream.Ack(1);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url, SerializerRegistry = NatsClientDefaultSerializerRegistry.Default });
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
    public async Task Null_is_an_empty_payload_whatever_the_serializer()
    {
        await _context.PublishAsync<string>("s.a", null, cancellationToken: Cancel);
        await _context.PublishAsync<Order>("s.a", null, cancellationToken: Cancel);
        await _context.PublishAsync<byte[]>("s.a", null, cancellationToken: Cancel);
        Assert.All(_stream.Received, message => Assert.True(string.IsNullOrEmpty(message.Data), message.Data));
        Assert.Equal(3, _stream.Received.Count);
    }

    [Fact]
    public async Task Header_that_a_serializer_sets_is_sent_with_and_without_headers_of_the_call()
    {
        await _context.PublishAsync("s.a", new Order(7), serializer: new SchemaSerializer(), cancellationToken: Cancel);
        await _context.PublishAsync("s.a", new Order(8), serializer: new SchemaSerializer(), headers: new NatsHeaders { ["Mine"] = "1" }, cancellationToken: Cancel);
        await _context.PublishAsync("s.a", new Order(9), cancellationToken: Cancel);
        Assert.Equal(["order", "order", ""], _stream.Received.Select(message => message.Headers?["Schema"].ToString() ?? ""));
        Assert.Equal("1", _stream.Received[1].Headers!["Mine"].ToString());
    }

    private sealed record Order(int Id);

    private sealed class SchemaSerializer : INatsSerialize<Order>, INatsSerializeWithContext<Order>
    {
        public void Serialize(IBufferWriter<byte> bufferWriter, Order value) => bufferWriter.Write([(byte)('0' + value.Id)]);

        public void Serialize(IBufferWriter<byte> bufferWriter, Order value, in NatsMsgContext context)
        {
            context.Headers!["Schema"] = "order";
            Serialize(bufferWriter, value);
        }
    }
}
