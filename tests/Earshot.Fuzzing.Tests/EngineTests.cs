using Earshot.Fuzzing.Engine;
using SharpFuzz.Common;
using Xunit;

namespace Earshot.Fuzzing.Tests;

/// <summary>What guides the changes of inputs.</summary>
public sealed unsafe class EngineTests
{
    public EngineTests()
    {
        EdgeMap.Attach();
        EdgeMap.Clear();
    }

    [Fact]
    public void Edge_is_new_once_and_again_when_it_is_taken_more_often_by_a_magnitude()
    {
        var map = new EdgeMap();
        Assert.False(map.HasNews());
        Assert.True(Takes(map, edge: 65_535, times: 1));
        Assert.False(Takes(map, edge: 65_535, times: 1));
        Assert.True(Takes(map, edge: 65_535, times: 8));
        Assert.False(Takes(map, edge: 65_535, times: 15));
        Assert.True(Takes(map, edge: 7, times: 1));
        Assert.Equal(2, map.Edges);
    }

    /// <summary>One letter after another: only an input that is kept because it came further leads to the next one.</summary>
    [Fact]
    public void Defect_behind_a_word_of_six_letters_is_found_and_its_input_is_shortened()
    {
        var loop = new FuzzLoop(new Planted("DEFECT"), ["xxxxxxxxxxxxxxxx"u8.ToArray()], seed: 1);
        FuzzReport report = loop.Run(TimeSpan.FromSeconds(30));
        Assert.IsType<InvalidOperationException>(report.Failure);
        Assert.Equal("DEFECT"u8.ToArray(), report.Failing);
    }

    [Fact]
    public void Shortest_inputs_that_take_all_edges_are_selected()
    {
        IReadOnlyList<byte[]> selected = Minimizer.Select(new Planted("ABCD"), ["AB"u8.ToArray(), "ABxxxx"u8.ToArray(), "ABC"u8.ToArray(), "A"u8.ToArray(), "x"u8.ToArray()]);
        Assert.Equal(["A", "x", "AB", "ABC"], selected.Select(System.Text.Encoding.ASCII.GetString));
    }

    private static bool Takes(EdgeMap map, int edge, int times)
    {
        EdgeMap.Clear();
        Trace.SharedMem[edge] = (byte)times;
        return map.HasNews();
    }

    /// <summary>Counts its edges itself, as instrumented code does.</summary>
    private sealed class Planted(string word) : IFuzzTarget
    {
        public string Name => "planted";

        public IReadOnlyList<byte[]> Seeds => [];

        public IReadOnlyList<byte[]> Words => [];

        public void Run(ReadOnlySpan<byte> input)
        {
            int matched = 0;
            while (matched < word.Length && matched < input.Length && input[matched] == word[matched])
            {
                matched++;
            }

            Trace.SharedMem[1 + matched]++;
            if (matched == word.Length)
            {
                throw new InvalidOperationException("The defect.");
            }
        }
    }
}
