using System.Globalization;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>
/// Generated scripts, played to the real and the in-process JetStream. A difference is reported with its seed and with the smallest script that
/// has it.
/// </summary>
public sealed class GeneratedScriptTests(JetStreamServer real) : IClassFixture<JetStreamServer>
{
    private const int Length = 30;

    // Seed -> the named script with the accepted difference that it has.
    private static readonly Dictionary<int, string> s_accepted = new() { [526] = "purge_to_a_sequence_that_leaves_deleted_messages_only" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(21)]
    [InlineData(31)]
    public Task Both_servers_answer_the_same(int first) => CompareAsync(first, 6);

    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(300)]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(600)]
    [InlineData(700)]
    [InlineData(800)]
    [InlineData(1000)]
    [Trait("Duration", "Long")]
    public Task Both_servers_answer_the_same_to_many(int first) => CompareAsync(first, 75);

    private async Task CompareAsync(int first, int count)
    {
        for (int seed = first; seed < first + count; seed++)
        {
            IReadOnlyList<string> script = new ScriptGenerator(seed).Next(Length);
            bool shouldDiffer = s_accepted.TryGetValue(seed, out string? accepted);
            string? found = await real.DifferenceAsync(script, shouldDiffer, Cancel);
            if (shouldDiffer)
            {
                Assert.True(found is not null, string.Create(CultureInfo.InvariantCulture, $"Seed {seed} has no difference any more: {accepted}"));
            }
            else if (found is not null)
            {
                script = await ShrinkAsync(script);
                string difference = await real.DifferenceAsync(script, false, Cancel) ?? "(not reproduced by the last repetition)";
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}:\n{string.Join('\n', script)}\n{difference}"));
            }
        }
    }

    // Leaves steps out as long as the difference remains: first halves, then quarters, at last single steps.
    private async Task<IReadOnlyList<string>> ShrinkAsync(IReadOnlyList<string> script)
    {
        for (int size = script.Count / 2; size >= 1; size /= 2)
        {
            for (int start = 0; start < script.Count;)
            {
                List<string> shorter = [.. script.Take(start), .. script.Skip(start + size)];
                if (await real.DifferenceAsync(shorter, false, Cancel) is not null)
                {
                    script = shorter;
                }
                else
                {
                    start += size;
                }
            }
        }

        return script;
    }
}
