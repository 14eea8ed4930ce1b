using Earshot.Fuzzing.Engine;
using Earshot.Fuzzing.Targets;
using Xunit;

namespace Earshot.Fuzzing.Tests;

/// <summary>The inputs in the repository: every one that ever failed is among them, and all pass.</summary>
public sealed class CorpusTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Corpus");

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_passes(string name)
    {
        IFuzzTarget target = FuzzTargets.All.Single(target => target.Name == name);
        IReadOnlyList<byte[]> inputs = CorpusFile.Read(s_folder, name);
        Assert.NotEmpty(inputs);
        Assert.All(inputs.Concat(target.Seeds), input => target.Run(input));
        (target as IDisposable)?.Dispose();
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_is_small(string name) => Assert.InRange(CorpusFile.Read(s_folder, name).Sum(input => input.Length), 1, Minimizer.MaxBytes);

    [Fact]
    public void Any_bytes_are_one_line_and_are_read_as_they_were()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i), .. "\\x41"u8];
        string line = CorpusFile.Encode(all);
        Assert.DoesNotContain(line, char.IsWhiteSpace);
        Assert.Equal(all, CorpusFile.Decode(line));
    }
}
