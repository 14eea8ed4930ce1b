using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Network;

/// <summary>
/// One direction of a link: cuts what is written into pieces at any byte, delivers them in order after their latency, holds them back
/// while it is stalled, and loses them while it is a black hole.
/// </summary>
internal sealed class Direction(Scheduler scheduler, Actor receiver, LinkQuality quality, Chance chance, IReceivingEnd end)
{
    private const int MostPieces = 12;

    private readonly Queue<Action> _held = new();
    private TimeSpan _lastArrival;
    private int _stalls;
    private bool _isClosed;

    /// <summary>Bytes that were written and have not arrived.</summary>
    public int InFlight { get; private set; }

    public bool IsStalled => _stalls > 0;

    /// <summary>What is written is lost, without an error on either side.</summary>
    public bool IsBlackHole { get; set; }

    /// <summary>Added to the latency of every piece.</summary>
    public TimeSpan Delay { get; set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        InFlight += bytes.Length;
        int pieces = bytes.Length > 1 && chance.Is(quality.Splits) ? chance.Between(2, MostPieces) : 1;
        for (int left = pieces; !bytes.IsEmpty; left--)
        {
            int length = left > 1 && bytes.Length > 1 ? chance.Between(1, bytes.Length - 1) : bytes.Length;
            byte[] piece = bytes[..length].ToArray();
            Arrange(() => Deliver(piece));
            bytes = bytes[length..];
        }
    }

    /// <summary>The end of the stream, behind everything that was written.</summary>
    public void WriteEnd() => Arrange(end.Ended);

    /// <summary>Nothing arrives any more.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Holds back what arrives until <see cref="Resume"/>; nests.</summary>
    public void Stall() => _stalls++;

    public void Resume()
    {
        _stalls = Math.Max(0, _stalls - 1);
        while (!IsStalled && _held.TryDequeue(out Action? arrive))
        {
            arrive();
        }
    }

    private void Arrange(Action arrive)
    {
        TimeSpan arrival = scheduler.Now + quality.Latency + Delay + (quality.Jitter * chance.Fraction());
        _lastArrival = arrival > _lastArrival ? arrival : _lastArrival + TimeSpan.FromTicks(1);
        scheduler.At(_lastArrival, receiver, () => Arrive(arrive));
    }

    private void Arrive(Action arrive)
    {
        if (_isClosed || IsBlackHole)
        {
            return; // what is lost stays unacknowledged
        }

        if (IsStalled)
        {
            _held.Enqueue(arrive);
        }
        else
        {
            arrive();
        }
    }

    private void Deliver(byte[] piece)
    {
        InFlight -= piece.Length;
        end.Arrived(piece);
    }
}
