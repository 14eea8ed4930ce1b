namespace Earshot.Chaos.JetStream;

internal static class PeriodicTimerExtensions
{
    /// <summary>Waits for the next tick; false when the token is cancelled.</summary>
    public static async ValueTask<bool> WaitAsync(this PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
