using Earshot.Events;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>Asks the callbacks and turns whatever they do, a throw or a hang included, into an answer.</summary>
internal sealed class CallbackRunner(LifecycleCallbacks callbacks, TimeSpan timeout, Journal journal, TimeProvider time, IFactSink facts)
{
    public async Task AskSelectorAsync(int number, IReadOnlyList<NatsServer> view, ServerPool pool, INatsServerInfo? info)
    {
        NatsServerChoice? choice = null;
        try
        {
            using var stop = new CancellationTokenSource(timeout, time);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // away from the caller, who may be a user interface
            choice = await callbacks.Selector!(view, info, stop.Token).AsTask().WaitAsync(timeout, time).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            journal.Append(new NatsCallbackFaultedEvent { Callback = OptionCallback.ReconnectToServer, Exception = e, Fallback = "the pool's own order" });
        }

        if (choice is null)
        {
            facts.Post(new SelectorAnswered(number, null, null, null, TimeSpan.Zero));
            return;
        }

        PoolServer? server = pool.Servers.FirstOrDefault(candidate => candidate.Address.Url == choice.Server);
        facts.Post(server is null
            ? new SelectorAnswered(number, null, choice.Server, "it is not in the server pool", TimeSpan.Zero)
            : new SelectorAnswered(number, server.Id, null, null, choice.Delay));
    }

    public async Task AskDelayAsync(int number, int round, TimeSpan fallback)
    {
        TimeSpan delay = fallback;
        try
        {
            using var stop = new CancellationTokenSource(timeout, time);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // away from the caller, who may be a user interface
            TimeSpan answer = await callbacks.Delay!(round, stop.Token).AsTask().WaitAsync(timeout, time).ConfigureAwait(false);
            delay = answer >= TimeSpan.Zero ? answer : throw new InvalidOperationException($"The reconnect delay callback returned {answer}.");
        }
        catch (Exception e)
        {
            journal.Append(new NatsCallbackFaultedEvent { Callback = OptionCallback.ReconnectDelay, Exception = e, Fallback = $"a wait of {fallback}" });
        }

        facts.Post(new DelayAnswered(number, delay));
    }
}
