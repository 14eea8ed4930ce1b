using System.IO.Pipelines;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Network;

/// <summary>The network's end of a pipe to an in-process server. Without a pipe it accepts everything and never responds.</summary>
internal sealed class ServerEnd(IDuplexPipe? pipe, Scheduler scheduler, Actor network) : IReceivingEnd
{
    private bool _isClosed;
    private bool _isReadToEnd;

    /// <summary>The direction to the server, which stalls while the server does not read.</summary>
    public Direction Up { get; set; } = null!;

    /// <summary>Called when bytes have arrived at the server.</summary>
    public Action Acknowledged { get; set; } = static () => { };

    public void Arrived(byte[] bytes)
    {
        if (pipe is not null && !_isClosed)
        {
            ValueTask<FlushResult> write = pipe.Output.WriteAsync(bytes);
            if (!write.IsCompleted)
            {
                _ = WaitForReaderAsync(write);
            }
        }

        Acknowledged();
    }

    public void Ended() => Close(null);

    /// <summary>What the server has written since the last call; whether it has ended its stream, and whether by a reset.</summary>
    public (byte[] Bytes, bool IsEnd, bool IsReset) Take()
    {
        if (pipe is null || _isClosed || _isReadToEnd)
        {
            return ([], false, false);
        }

        try
        {
            if (!pipe.Input.TryRead(out ReadResult result))
            {
                return ([], false, false);
            }

            byte[] bytes = System.Buffers.BuffersExtensions.ToArray(result.Buffer);
            pipe.Input.AdvanceTo(result.Buffer.End);
            _isReadToEnd = result.IsCompleted;
            return (bytes, result.IsCompleted, false);
        }
        catch (IOException)
        {
            _isReadToEnd = true;
            return ([], true, true);
        }
    }

    public void Close(Exception? reason)
    {
        if (pipe is not null && !_isClosed)
        {
            _isClosed = true;
            pipe.Output.Complete(reason);
            pipe.Input.Complete();
        }
    }

    private async Task WaitForReaderAsync(ValueTask<FlushResult> write)
    {
        Up.Stall();
        await write.ConfigureAwait(false);
        scheduler.After(TimeSpan.Zero, network, Up.Resume);
    }
}
