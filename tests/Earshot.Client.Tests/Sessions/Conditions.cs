using Earshot.Client.Tests.Outbound;

namespace Earshot.Client.Tests.Sessions;

/// <summary>Waits for what another thread does where there is nothing to await; gives up with a message.</summary>
internal static class Conditions
{
    public static async Task UntilAsync(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "")
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            PartsRig.Token.ThrowIfCancellationRequested();
            if (TimeProvider.System.GetElapsedTime(started) > PartsRig.WaitLimit)
            {
                throw new TimeoutException($"It never came to: {text}");
            }

            await Task.Yield();
        }
    }
}
