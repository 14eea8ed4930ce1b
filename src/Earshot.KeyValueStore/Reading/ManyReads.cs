using System.Runtime.CompilerServices;
using Earshot.JetStream.Context;

namespace Earshot.KeyValueStore.Reading;

/// <summary>Reads many entries with a limited number of reads in flight, and returns them in order.</summary>
internal static class ManyReads
{
    private const int MostInFlight = 128;

    public static async IAsyncEnumerable<NatsKVEntry<T>> GetAsync<T>(
        EntryReader reader, List<string> keys, INatsDeserialize<T>? serializer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var running = new Queue<Task<NatsResult<NatsKVEntry<T>>>>();
        int next = 0;
        try
        {
            while (next < keys.Count || running.Count > 0)
            {
                while (next < keys.Count && running.Count < MostInFlight)
                {
                    running.Enqueue(ReadAsync(reader, keys[next++], serializer, cancellationToken));
                }

                NatsResult<NatsKVEntry<T>> result = await running.Dequeue().ConfigureAwait(false);
                if (result.Success)
                {
                    yield return result.Value;
                }
                else if (result.Error is not (NatsKVKeyNotFoundException or NatsKVKeyDeletedException))
                {
                    throw result.Error;
                }
            }
        }
        finally
        {
            foreach (Task<NatsResult<NatsKVEntry<T>>> left in running)
            {
                _ = ReleaseAsync(left);
            }
        }
    }

    private static async Task ReleaseAsync<T>(Task<NatsResult<NatsKVEntry<T>>> reading)
    {
        NatsResult<NatsKVEntry<T>> result = await reading.ConfigureAwait(false);
        if (result.Success)
        {
            JetStreamPort.Release(result.Value.Value);
        }
    }

    // A cancellation is a result: when the loop is left, the reads in flight are not awaited.
    private static async Task<NatsResult<NatsKVEntry<T>>> ReadAsync<T>(EntryReader reader, string key, INatsDeserialize<T>? serializer, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(key, 0, serializer, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
    }
}
