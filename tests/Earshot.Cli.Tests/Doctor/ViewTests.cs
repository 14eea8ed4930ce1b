using Earshot.Cli.Doctor;
using Earshot.Cli.Output;
using Earshot.Cli.Tests.Output;
using Xunit;

namespace Earshot.Cli.Tests.Doctor;

/// <summary>The answer as lines.</summary>
public sealed class ViewTests
{
    private static readonly Step[] s_steps =
    [
        new("name", StepOutcome.Ok, TimeSpan.FromMilliseconds(12.34), "nats.example is 192.0.2.1, 192.0.2.2"),
        new("tcp", StepOutcome.Warning, TimeSpan.FromSeconds(5), "192.0.2.1:4222: no answer within 5.00 s") { Advice = "check it." },
        new("tcp", StepOutcome.Ok, TimeSpan.FromMilliseconds(20), "192.0.2.2:4222 accepts connections"),
        new("account", StepOutcome.Unknown, null, "the server does not say (no answer in time)"),
        new("login", StepOutcome.Failed, TimeSpan.FromMilliseconds(1.2), "the server says: Authorization Violation (given: user and password)"),
    ];

    private static readonly Verdict s_verdict = new(StepOutcome.Failed, 14, "wrongPassword", "The server does not accept the user and password: check both, and that this server has the user.");

    [Fact]
    public void Steps_and_verdict_are_wrapped_on_a_terminal() => Assert.Equal(
        """
        nats://nats.example:4222
          ok    name        12.3 ms  nats.example is 192.0.2.1, 192.0.2.2
          warn  tcp          5.00 s  192.0.2.1:4222: no answer within 5.00 s
          ok    tcp         20.0 ms  192.0.2.2:4222 accepts connections
          ?     account              the server does not say (no answer in time)
          FAIL  login        1.2 ms  the server says: Authorization Violation (given:
                                     user and password)

        What to do: The server does not accept the user and password: check both, and
                    that this server has the user.
        Exit code 14, cause: wrongPassword
        """,
        Text(DoctorView.Lines("nats://nats.example:4222", s_steps, s_verdict, 80)));

    [Fact]
    public void Each_step_is_one_line_where_there_is_no_terminal()
    {
        string[] lines = Text(DoctorView.Lines("nats://nats.example:4222", s_steps, s_verdict, 100_000)).Split('\n');
        Assert.Equal(1 + s_steps.Length + 3, lines.Length);
        Assert.Equal("  FAIL  login        1.2 ms  the server says: Authorization Violation (given: user and password)", lines[5]);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(160)]
    public void Answer_fits_on_one_screen_whatever_the_texts(int width)
    {
        string longText = string.Join(' ', Enumerable.Repeat("certificate", 40));
        Step[] steps = [.. Enumerable.Range(0, 17).Select(i => new Step($"step{i}", i == 13 ? StepOutcome.Failed : StepOutcome.Ok, TimeSpan.FromMilliseconds(i), longText))];
        string[] lines = Text(DoctorView.Lines("nats://nats.example:4222", steps, s_verdict, width)).Split('\n');
        Assert.InRange(lines.Length, 1, 23);
        Assert.All(lines, line => Assert.InRange(Columns.Of(line), 0, width - 1));
        Assert.All(steps, step => Assert.Contains(lines, line => line.Contains($" {step.Name} ", StringComparison.Ordinal)));
        Assert.Contains(lines, static line => line.EndsWith('…'));
    }

    [Fact]
    public void Running_step_is_the_last_line_until_it_has_an_outcome() => Assert.Equal(
        """
        nats://nats.example:4222
          ok    name        12.3 ms  nats.example is 192.0.2.1, 192.0.2.2
          ...   tcp          2.50 s  connecting to 192.0.2.1:4222, 192.0.2.2:4222
        """,
        Text(DoctorView.Progress("nats://nats.example:4222", s_steps[..1], new Step("tcp", StepOutcome.Running, TimeSpan.FromSeconds(2.5), "connecting to 192.0.2.1:4222, 192.0.2.2:4222"), 80)));

    [Fact]
    public void Letters_of_two_columns_do_not_widen_the_answer()
    {
        Step[] steps = [new("info", StepOutcome.Ok, null, string.Join(' ', Enumerable.Repeat("表表表表", 20)))];
        Assert.All(Text(DoctorView.Lines("nats://a:4222", steps, s_verdict, 80)).Split('\n'), static line => Assert.InRange(Columns.Of(line), 0, 79));
    }

    [Fact]
    public void Word_without_a_space_is_cut_at_the_width()
    {
        Step[] steps = [new("info", StepOutcome.Ok, null, new string('x', 500))];
        string[] lines = Text(DoctorView.Lines("nats://a:4222", steps, s_verdict, 80)).Split('\n');
        Assert.All(lines, static line => Assert.InRange(line.Length, 0, 79));
    }

    private static string Text(IReadOnlyList<IReadOnlyList<Span>> lines) =>
        string.Join('\n', lines.Select(static line => string.Concat(line.Select(static span => span.Text)).TrimEnd()));
}
