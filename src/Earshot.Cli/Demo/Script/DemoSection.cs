namespace Earshot.Cli.Demo;

/// <summary>One scene of the demo as a person reads it: what is done to the connection, and which events must follow.</summary>
/// <param name="Heading">What is done, in a few words.</param>
/// <param name="Explanation">What to look out for, in one sentence.</param>
/// <param name="Steps">The steps, one after another.</param>
internal sealed record DemoSection(string Heading, string Explanation, params IReadOnlyList<Step> Steps);
