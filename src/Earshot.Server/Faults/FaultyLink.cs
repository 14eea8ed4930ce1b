using System.IO.Pipelines;
using System.Net;
using Earshot.Server.Links;

namespace Earshot.Server.Faults;

/// <summary>A link that does what its faults say; without any it passes everything through.</summary>
internal sealed class FaultyLink(IClientLink inner, LinkFaults faults, TimeProvider clock) : IClientLink
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IPEndPoint? Remote => inner.Remote;

    public async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForThawAsync(cancellationToken).ConfigureAwait(false);
            ReadResult result = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);

            // Bytes that came while reading froze wait as well, also the last ones.
            await WaitForThawAsync(cancellationToken).ConfigureAwait(false);
            if (!faults.IsHalfOpen || result.IsCanceled || (result.IsCompleted && result.Buffer.IsEmpty))
            {
                return result;
            }

            inner.Advance(result.Buffer.End);
        }
    }

    public void Advance(SequencePosition consumed) => inner.Advance(consumed);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => faults.IsClean ? inner.WriteAsync(bytes) : WriteWithFaultsAsync(bytes);

    public ValueTask CloseAsync()
    {
        _ended.TrySetResult();
        return inner.CloseAsync();
    }

    public void Abort(bool reset)
    {
        _ended.TrySetResult();
        inner.Abort(reset);
    }

    // Over when the link has ended, too.
    private Task WaitForThawAsync(CancellationToken cancellationToken) =>
        faults.Reading is { IsCompleted: false } reading ? Task.WhenAny(reading, _ended.Task).WaitAsync(cancellationToken) : Task.CompletedTask;

    private async ValueTask WriteWithFaultsAsync(ReadOnlyMemory<byte> bytes)
    {
        await HoldBackAsync().ConfigureAwait(false);
        if (faults.IsHalfOpen || _ended.Task.IsCompleted)
        {
            return;
        }

        if (faults.BytesToCorrupt > 0)
        {
            bytes = Corrupt(bytes);
        }

        while (faults.BytesPerSecond is > 0 and var rate && !bytes.IsEmpty)
        {
            ReadOnlyMemory<byte> piece = bytes[..Math.Min(bytes.Length, Math.Max(1, rate / 10))];
            await inner.WriteAsync(piece).ConfigureAwait(false);
            bytes = bytes[piece.Length..];
            await PauseAsync(() => faults.BytesPerSecond is > 0 and var now ? TimeSpan.FromSeconds((double)piece.Length / now) : TimeSpan.Zero).ConfigureAwait(false);
        }

        if (!bytes.IsEmpty)
        {
            await inner.WriteAsync(bytes).ConfigureAwait(false);
        }
    }

    private async ValueTask HoldBackAsync()
    {
        do
        {
            await Task.WhenAny(faults.Writing, _ended.Task).ConfigureAwait(false);
            await PauseAsync(() => faults.Delay).ConfigureAwait(false);
        }
        while (!faults.Writing.IsCompleted && !_ended.Task.IsCompleted);
    }

    // Checked continuously: a fault that shortens the pause takes effect immediately.
    private async ValueTask PauseAsync(Func<TimeSpan> length)
    {
        long start = clock.GetTimestamp();
        while (!_ended.Task.IsCompleted)
        {
            Task changed = faults.Changed;
            TimeSpan left = length() - clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            using var over = new CancellationTokenSource();
            // A delay counts whole milliseconds and cuts the rest off: it would complete immediately, until a clock moves that may be fake.
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            await Task.WhenAny(Task.Delay(wait, clock, over.Token), changed, _ended.Task).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    private byte[] Corrupt(ReadOnlyMemory<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        int count = Math.Min(copy.Length, faults.BytesToCorrupt);
        for (int i = 0; i < count; i++)
        {
            copy[i] ^= 0xff;
        }

        faults.BytesToCorrupt -= count;
        return copy;
    }
}
