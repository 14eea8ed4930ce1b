using Xunit;

namespace Earshot.Dashboard.Tests.Pages;

/// <summary>Tests with a browser and thousands of connections run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneBrowser
{
    public const string Name = "one browser";
}
