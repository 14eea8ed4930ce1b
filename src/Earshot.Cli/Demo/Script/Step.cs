namespace Earshot.Cli.Demo;

/// <summary>Something that is done, and the events that must follow it in this order.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Expected">The events; other events may come in between.</param>
internal sealed record Step(Func<DemoContext, CancellationToken, Task> Action, params IReadOnlyList<Expectation> Expected);
