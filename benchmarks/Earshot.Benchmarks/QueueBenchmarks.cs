using BenchmarkDotNet.Attributes;
using Earshot.Messages;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.Benchmarks;

/// <summary>Messages through the queue of a subscription, without anything around it.</summary>
[MemoryDiagnoser]
public class QueueBenchmarks
{
    private const int Messages = 4096;

    private readonly MessageQueue _queue = new();
    private readonly QueueFormat _form = new("load.test", IsExact: true);
    private readonly byte[] _payload = new byte[16];

    /// <summary>In and out again on one thread, a burst at a time.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public long Burst()
    {
        for (int i = 0; i < Messages; i++)
        {
            Enqueue();
        }

        long bytes = 0;
        while (_queue.TryDequeue(_form, out InboundMessage message))
        {
            bytes += message.Size;
        }

        return bytes;
    }

    /// <summary>One thread writes, another reads, as read loop and application do.</summary>
    [Benchmark(OperationsPerInvoke = Messages * 16)]
    public async Task<long> TwoThreads()
    {
        var writing = Task.Run(() =>
        {
            for (int i = 0; i < Messages * 16; i++)
            {
                Enqueue();
            }
        });
        long read = 0;
        while (read < Messages * 16)
        {
            if (_queue.TryDequeue(_form, out _))
            {
                read++;
            }
        }

        await writing;
        return read;
    }

    private void Enqueue() => _queue.Enqueue(new ServerOperation { Subject = "load.test"u8, Payload = _payload }, _form);
}
