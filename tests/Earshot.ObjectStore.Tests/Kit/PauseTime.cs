using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Earshot.ObjectStore.Tests.Kit;

/// <summary>
/// A clock of the test that advances only by the timeouts that the test lets expire, and by the pauses of a put between two reviews of its
/// chunks. However late an answer is, it is in time.
/// </summary>
internal sealed class PauseTime() : FakeTimeProvider(DateTimeOffset.UtcNow)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly Channel<TimeSpan> _due = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Lets a timeout expire that has begun.</summary>
    public void Expire(TimeSpan timeout) => _due.Writer.TryWrite(timeout);

    /// <summary>Advances the clock until a call has ended. The action runs before each pause is over.</summary>
    public async Task<T> RunAsync<T>(Task<T> call, CancellationToken cancellationToken, Action? atPause = null)
    {
        while (await Task.WhenAny(call, _due.Reader.WaitToReadAsync(cancellationToken).AsTask()) != call)
        {
            TimeSpan time = await _due.Reader.ReadAsync(cancellationToken);
            if (time == s_pause)
            {
                atPause?.Invoke();
            }

            Advance(time);
        }

        return await call;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == s_pause)
        {
            Expire(s_pause);
        }

        return timer;
    }
}
