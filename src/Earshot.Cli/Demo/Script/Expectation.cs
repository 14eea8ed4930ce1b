namespace Earshot.Cli.Demo;

/// <summary>An expected event: how to wait for it and how to describe it to the user.</summary>
/// <param name="Name">The kind of event and what is special about it.</param>
/// <param name="AwaitAsync">Completes with the number of the first such event behind the given number.</param>
internal sealed record Expectation(string Name, Func<DemoContext, long, CancellationToken, Task<long>> AwaitAsync)
{
    internal static Expectation Of<TEvent>(string what = "", Func<TEvent, DemoContext, bool>? fits = null)
        where TEvent : NatsConnectionEvent
    {
        string kind = typeof(TEvent).Name["Nats".Length..^"Event".Length];
        return new Expectation(what.Length == 0 ? kind : $"{kind} ({what})", async (stage, after, cancellationToken) =>
        {
            TEvent found = await stage.Client.Events
                .WhenAsync<TEvent>(after, fits is null ? null : e => fits(e, stage), cancellationToken).ConfigureAwait(false);
            return found.Sequence;
        });
    }
}
