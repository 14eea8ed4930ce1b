using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>
/// Plays the same scripts to the real and the in-process JetStream: the answers are the same, except for times and the listed differences. Where the
/// real server has several answers, those of the in-process server, which has one, are among them.
/// </summary>
public sealed class JetStreamDifferentialTests(JetStreamServer real) : IClassFixture<JetStreamServer>
{
    private static readonly Dictionary<string, string[]> s_scripts = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "JetStream", "Scripts"), "*.txt")
        .SelectMany(file => File.ReadAllText(file).Split("=== ").Skip(1))
        .Select(block => block.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToArray())
        .ToDictionary(lines => lines[0], lines => lines[1..]);

    // Script -> why the answers differ; the guide has them too. A script that agrees must not be here.
    private static readonly Dictionary<string, string> s_accepted = new()
    {
        ["durations_as_text"] = "the text of an error about a value of another type names the types of the language",
        ["start_beyond_the_end_with_pending"] = "the real server counts what the consumer skips as pending",
        ["purge_of_other_subjects_with_pending"] = "the real server moves the consumer sequence of the ack floor to that of the purged message, behind one without an ack",
        ["purge_to_a_sequence_that_leaves_deleted_messages_only"] = "the real server keeps the first sequence in files, which is then a message that was purged",
        ["purge_of_the_only_selected_message"] = "the real server counts the purged message of a stream in files as pending until the next search",
        ["advisory_of_a_deleted_message_without_an_ack"] = "the real server sends an advisory that the message was terminated",
        ["last_activity_of_an_ack_of_the_sequence_zero"] = "the real server takes it for an activity, although there is no such message",
        ["filter_removed_by_an_update"] = "the real server counts no message as pending that is stored after the update",
    };

    public static TheoryData<string> Names => [.. s_scripts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Both_servers_answer_the_same(string name)
    {
        bool shouldDiffer = s_accepted.ContainsKey(name);
        string? difference = await real.DifferenceAsync(s_scripts[name], shouldDiffer, TestContext.Current.CancellationToken);
        Assert.True(difference is not null == shouldDiffer, difference ?? "no difference");
    }

    [Fact]
    public void There_are_at_least_150_scripts() => Assert.True(s_scripts.Count >= 150, $"{s_scripts.Count} scripts");
}
