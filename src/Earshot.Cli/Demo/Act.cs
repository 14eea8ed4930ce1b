namespace Earshot.Cli.Demo;

/// <summary>One scene of the demo as a person reads it: what is done to the connection, and which events must follow.</summary>
/// <param name="Heading">What is done, in a few words.</param>
/// <param name="Explanation">What to look out for, in one sentence.</param>
/// <param name="Steps">The steps, one after another.</param>
internal sealed record Act(string Heading, string Explanation, params IReadOnlyList<Step> Steps);

/// <summary>Something that is done, and the events that must follow it in this order.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Expected">The events; other events may come in between.</param>
internal sealed record Step(Func<Stage, CancellationToken, Task> Action, params IReadOnlyList<Expectation> Expected);

/// <summary>An event that must come. It knows how to wait for it and how to name it to a person.</summary>
/// <param name="Name">The kind of event and what is special about it.</param>
/// <param name="AwaitAsync">Completes with the number of the first such event behind the given number.</param>
internal sealed record Expectation(string Name, Func<Stage, long, CancellationToken, Task<long>> AwaitAsync)
{
    internal static Expectation Of<TEvent>(string what = "", Func<TEvent, Stage, bool>? fits = null)
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

/// <summary>Something that had to happen did not; the message says what.</summary>
internal sealed class ExpectationMissedException(string message) : Exception(message);
