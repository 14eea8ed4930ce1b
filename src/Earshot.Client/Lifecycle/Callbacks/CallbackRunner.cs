using Earshot.Events;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>
/// Asks the callbacks that choose servers and waits, and turns whatever they do, a throw or a hang included, into an answer. Answers that
/// come after their deadline are dropped.
/// </summary>
internal sealed class CallbackRunner(LifecycleCallbacks callbacks, Journal journal, TimeProvider time, IMachineInputSink facts)
{
    private readonly CallbackInvoker<NatsServerChoice?> _selector = new(NatsOptionCallback.ServerSelector);
    private readonly CallbackInvoker<TimeSpan> _delay = new(NatsOptionCallback.ReconnectDelay);
    private AdvertisedFilter? _filter; // made for the first INFO with addresses

    public async Task InvokeSelectorAsync(int number, IReadOnlyList<NatsServer> view, ServerPool pool, INatsServerInfo? info)
    {
        NatsServerChoice? choice = null;
        try
        {
            choice = await AskAsync(_selector, stop => callbacks.Selector!(view, info, stop)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Faulted(NatsOptionCallback.ServerSelector, e, "the default server order");
        }

        if (choice is null)
        {
            facts.Post(new SelectorReturned(number, null, null, null, TimeSpan.Zero));
            return;
        }

        PoolServer? server = pool.Servers.FirstOrDefault(candidate => candidate.Address.Url == choice.Server);
        facts.Post(server is null
            ? new SelectorReturned(number, null, choice.Server, "the server is not in the pool", TimeSpan.Zero)
            : new SelectorReturned(number, server.Id, null, null, choice.Delay));
    }

    public async Task InvokeDelayCallbackAsync(int number, int round, TimeSpan fallback)
    {
        TimeSpan delay = fallback;
        try
        {
            TimeSpan answer = await AskAsync(_delay, stop => callbacks.Delay!(round, stop)).ConfigureAwait(false);
            delay = answer >= TimeSpan.Zero ? answer : throw new InvalidOperationException($"The reconnect delay callback returned {answer}.");
        }
        catch (Exception e)
        {
            Faulted(NatsOptionCallback.ReconnectDelay, e, $"a delay of {fallback}");
        }

        facts.Post(new DelayReturned(number, delay));
    }

    public void InvokeServerFilter(InvokeServerFilter order) => (_filter ??= new AdvertisedFilter(this, callbacks.Filter!, facts)).Ask(order);

    /// <summary>Calls through the gate, with the deadline of these callbacks.</summary>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public async Task<T> AskAsync<T>(CallbackInvoker<T> gate, Func<CancellationToken, ValueTask<T>> ask)
    {
        using var stop = new CancellationTokenSource(callbacks.Timeout, time);
        CancellationToken deadline = stop.Token;
        try
        {
            return await gate.CallAsync(null, () => ask(deadline), deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"{gate.Callback} has not returned within NatsOpts.ConnectTimeout ({callbacks.Timeout.TotalSeconds:0.###} s).", e);
        }
    }

    public void Faulted(NatsOptionCallback callback, Exception exception, string fallback) =>
        journal.Append(new NatsCallbackFaultedEvent { Callback = callback, Exception = exception, Fallback = fallback });
}
