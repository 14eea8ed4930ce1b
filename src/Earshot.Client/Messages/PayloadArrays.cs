using System.Buffers;
using Earshot.Protocol;
using Earshot.Timing;

namespace Earshot.Messages;

/// <summary>
/// Rented arrays of frames and payloads. Up to 1 MiB they come from the shared pool. Larger ones come from a pool with a bound: the shared
/// pool rounds them up to a power of two and keeps some for each thread and each processor, which is hundreds of MiB for messages of 64 MiB. A
/// pool is still needed: the garbage collector reclaims arrays of this size too late for a stream of them.
/// </summary>
[ForExtensions]
internal sealed class PayloadArrays(TimeProvider time) : ArrayPool<byte>
{
    /// <summary>The most that it keeps: the arrays that one connection needs to receive messages of 64 MiB, one to read and one to pass on.</summary>
    public const long MaxKept = 136L * 1024 * 1024;

    /// <summary>The largest array of the shared pool.</summary>
    public const int SharedLimit = 1024 * 1024;

    private const int Step = 1024 * 1024;

    /// <summary>How long an array is kept that is not rented.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(10);

    private readonly List<(byte[] Array, long ReturnedAt)> _kept = []; // the lock as well; the one returned first is in front
    private Trimming? _trimming;
    private long _bytes;

    /// <summary>The pool of this process.</summary>
    public static PayloadArrays Pool { get; } = new(TimeProvider.System);

    /// <summary>Bytes of the arrays it keeps.</summary>
    public long KeptBytes
    {
        get
        {
            lock (_kept)
            {
                return _bytes;
            }
        }
    }

    public override byte[] Rent(int minimumLength) => minimumLength <= SharedLimit ? Shared.Rent(minimumLength) : RentLarge(minimumLength);

    public override void Return(byte[] array, bool clearArray = false)
    {
        if (array.Length <= SharedLimit)
        {
            Shared.Return(array, clearArray);
        }
        else
        {
            ReturnLarge(array, clearArray);
        }
    }

    private byte[] RentLarge(int minimumLength)
    {
        lock (_kept)
        {
            int best = -1;
            for (int i = 0; i < _kept.Count; i++)
            {
                int length = _kept[i].Array.Length;
                // Not more than twice of what is wanted, because the application may hold it for long.
                if (length >= minimumLength && length / 2 <= minimumLength && (best < 0 || length < _kept[best].Array.Length))
                {
                    best = i;
                }
            }

            if (best >= 0)
            {
                return TakeLocked(best);
            }
        }

        long rounded = ((long)minimumLength + Step - 1) / Step * Step;
        return GC.AllocateUninitializedArray<byte>((int)Math.Min(rounded, Array.MaxLength));
    }

    private void ReturnLarge(byte[] array, bool clearArray)
    {
        if (clearArray)
        {
            Array.Clear(array);
        }

        if (array.Length > MaxKept)
        {
            return;
        }

        bool isFirst;
        lock (_kept)
        {
            isFirst = _kept.Count == 0;
            _kept.Add((array, time.GetTimestamp()));
            _bytes += array.Length;
            while (_bytes > MaxKept)
            {
                TakeLocked(0);
            }
        }

        if (isFirst)
        {
            TimerQueue.For(time).Schedule(Lazily.Get(ref _trimming, this, static pool => new Trimming(pool)), s_idle);
        }
    }

    // Releases what was not rented for a while, and looks again when the next one is due.
    private void Trim()
    {
        TimeSpan next;
        lock (_kept)
        {
            long now = time.GetTimestamp();
            while (_kept.Count > 0 && time.GetElapsedTime(_kept[0].ReturnedAt, now) >= s_idle)
            {
                TakeLocked(0);
            }

            if (_kept.Count == 0)
            {
                return;
            }

            next = s_idle - time.GetElapsedTime(_kept[0].ReturnedAt, now);
        }

        TimerQueue.For(time).Schedule(_trimming!, next);
    }

    private byte[] TakeLocked(int index)
    {
        byte[] array = _kept[index].Array;
        _kept.RemoveAt(index);
        _bytes -= array.Length;
        return array;
    }

    private sealed class Trimming(PayloadArrays pool) : TimerEntry
    {
        protected override void Fire() => pool.Trim();
    }
}
