using BenchmarkDotNet.Attributes;
using Earshot.Messages;
using Earshot.Subscriptions;

namespace Earshot.Benchmarks;

/// <summary>Messages through the queue of a subscription, without anything around it.</summary>
[MemoryDiagnoser]
public class QueueBenchmarks
{
    private const int Messages = 4096;

    private readonly MessageQueue _queue = new();
    private readonly InboundMessage _message = new("load.test", null, new byte[16], 0, 16, false);

    /// <summary>In and out again on one thread, a burst at a time.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public long Burst()
    {
        for (var i = 0; i < Messages; i++)
        {
            _queue.Enqueue(_message);
        }

        long bytes = 0;
        while (_queue.TryDequeue(out var message))
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
            for (var i = 0; i < Messages * 16; i++)
            {
                _queue.Enqueue(_message);
            }
        });
        long read = 0;
        while (read < Messages * 16)
        {
            if (_queue.TryDequeue(out _))
            {
                read++;
            }
        }

        await writing;
        return read;
    }
}
