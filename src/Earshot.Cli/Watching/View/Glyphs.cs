using Earshot.Cli.Output;
using Spectre.Console;

namespace Earshot.Cli.Watching;

/// <summary>The characters of the screen. Each state has its own character, so that the screen is readable without colours.</summary>
/// <param name="States">The characters of the states, in their order.</param>
/// <param name="Levels">The levels of a sparkline, from low to high.</param>
/// <param name="Pool">The characters of the states of servers, in their order.</param>
internal sealed record Glyphs(string States, string Levels, string Pool)
{
    /// <summary>For terminals with Unicode.</summary>
    internal static readonly Glyphs Unicode = new("·━L× ", "▁▂▃▄▅▆▇█", "○●L→×LP");

    /// <summary>For all other terminals.</summary>
    internal static readonly Glyphs Ascii = new(".=Lx ", "_.-=+*#@", "o*L>xLP");

    private static readonly Style s_warning = new(Color.Yellow);

    internal char Of(LinkState state) => States[(int)state];

    internal char Of(PoolState state) => Pool[(int)state];

    internal static Style StyleOf(LinkState state) => state switch
    {
        LinkState.Open => TextStyle.Good,
        LinkState.LameDuck => s_warning,
        LinkState.Down => TextStyle.Bad,
        _ => TextStyle.Quiet,
    };

    internal static Style StyleOf(PoolState state) => state switch
    {
        PoolState.Connected => TextStyle.Good,
        PoolState.ConnectedLameDuck or PoolState.LameDuck or PoolState.Dialling => s_warning,
        PoolState.Failing => TextStyle.Bad,
        _ => TextStyle.Quiet,
    };
}
