using System.Buffers;
using System.Text;

namespace Earshot.Conformance.Tests.Familiar;

/// <summary>A serializer of the application's own in a chain and in a registry, and one that names the type in a header.</summary>
internal static class CustomSerializerProgram
{
    public static async Task<IReadOnlyList<string>> RunAsync(string url, string subject, CancellationToken stopping)
    {
        var lines = new List<string>();
        await using var nats = new NatsClient(new NatsOpts { Url = url, SerializerRegistry = new OrderRegistry() });
        INatsConnection connection = nats.Connection;
        await using INatsSub<LoopOrder> orders = await connection.SubscribeCoreAsync<LoopOrder>(subject, cancellationToken: stopping);
        await using INatsSub<string> raw = await connection.SubscribeCoreAsync<string>(subject, cancellationToken: stopping);
        await nats.PublishAsync(subject, new LoopOrder(7, "seven"), cancellationToken: stopping);
        await nats.PublishAsync(subject, new LoopOrder(0), headers: new NatsHeaders(), cancellationToken: stopping);
        for (int i = 0; i < 2; i++)
        {
            NatsMsg<LoopOrder> msg = await orders.Msgs.ReadAsync(stopping);
            NatsMsg<string> text = await raw.Msgs.ReadAsync(stopping);
            lines.Add($"{msg.Data!.OrderId} from '{text.Data}' as {msg.Headers!["X-Type"]}");
        }

        return lines;
    }

    private sealed class OrderRegistry : INatsSerializerRegistry
    {
        public INatsSerialize<T> GetSerializer<T>() => Chain<T>();

        public INatsDeserialize<T> GetDeserializer<T>() => Chain<T>();

        private static INatsSerializer<T> Chain<T>() => new NatsSerializerBuilder<T>()
            .Add(new NatsRawSerializer<T>())
            .Add(new NatsUtf8PrimitivesSerializer<T>())
            .Add(new OrderSerializer<T>())
            .Build();
    }

    // An order with the number 0 is no bytes, as a protobuf message with default values is.
    private sealed class OrderSerializer<T>(INatsSerializer<T>? next = null) : INatsSerializer<T>, INatsSerializerWithContext<T>
    {
        public INatsSerializer<T> CombineWith(INatsSerializer<T> following) => new OrderSerializer<T>(following);

        public void Serialize(IBufferWriter<byte> bufferWriter, T value)
        {
            if (value is LoopOrder order)
            {
                bufferWriter.Write(Encoding.ASCII.GetBytes(order.OrderId == 0 ? "" : $"order {order.OrderId}"));
            }
            else
            {
                (next ?? throw new NatsException($"Can't serialize {typeof(T)}")).Serialize(bufferWriter, value);
            }
        }

        public void Serialize(IBufferWriter<byte> bufferWriter, T value, in NatsMsgContext context)
        {
            if (context.Headers is not null)
            {
                context.Headers["X-Type"] = typeof(T).Name;
            }

            Serialize(bufferWriter, value);
        }

        public T? Deserialize(in ReadOnlySequence<byte> buffer)
        {
            string text = Encoding.ASCII.GetString(buffer);
            return (T)(object)new LoopOrder(text.Length == 0 ? 0 : int.Parse(text.AsSpan("order ".Length), System.Globalization.CultureInfo.InvariantCulture));
        }

        public T? Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) => Deserialize(buffer);
    }
}
