using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>What users read when a subject is refused, and the lengths at which it begins to be.</summary>
public class SubjectTextTests
{
    private const string TooLong =
        "would be longer than 4,096 bytes, and the server would close the connection. If the server's max_control_line is higher, raise NatsOpts.MaxControlLine";

    public static TheoryData<string, string> Faults => new()
    {
        { "", "is empty" },
        { ".a", "has an empty token" },
        { "a.", "has an empty token" },
        { "a..b", "has an empty token" },
        { "a b", "contains a space or control character" },
        { "a\u007f", "contains a space or control character" },
        { "\u001f", "contains a space or control character" },
        { "a\ud800", "contains a lone surrogate" },
        { "\udc00a", "contains a lone surrogate" },
        { "\ud83d\ude00\ud83d", "contains a lone surrogate" },
        { "a.*", "contains a wildcard; messages are published to literal subjects" },
        { ">", "contains a wildcard; messages are published to literal subjects" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_refused_subject_is_explained(string subject, string fault)
    {
        string[] texts =
        [
            Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidPublish(subject, "p")).Message,
            Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidReplyTo(subject, "p")).Message,
        ];
        Assert.All(texts, text => Assert.Equal($"The subject {fault}. (Parameter 'p')", text));
        Assert.Equal($"The inbox prefix {fault}. (Parameter 'p')", Assert.Throws<ArgumentException>(() => SubjectRules.ThrowIfInvalidInboxPrefix(subject, "p")).Message);
    }

    [Theory]
    [InlineData("a.>.b")]
    [InlineData(">.>")]
    [InlineData("*.>.*")]
    public void A_tail_wildcard_before_the_end_is_explained(string subject) => Assert.Equal(
        "The subject has '>' before its last token. (Parameter 'p')",
        Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidSubscribe(subject, "p")).Message);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a b", "contains a space or control character")]
    [InlineData("a.*", "contains a wildcard")]
    [InlineData(">", "contains a wildcard")]
    [InlineData("*.b", "contains a wildcard")]
    public void A_refused_queue_group_is_explained(string queueGroup, string fault) => Assert.Equal(
        $"The queue group {fault}. (Parameter 'q')",
        Assert.Throws<NatsInvalidQueueGroupException>(() => SubjectRules.ThrowIfInvalidQueueGroup(queueGroup, "q")).Message);

    [Fact]
    public void A_queue_group_with_a_lone_surrogate_is_refused() => // an attribute would hold U+FFFD instead
        A_refused_queue_group_is_explained("\ud83d", "contains a lone surrogate");

    [Fact]
    public void Dots_mean_nothing_in_a_queue_group()
    {
        foreach (string group in new[] { ".", "a..b", ".a", "a.", "a*", "\ud83d\ude00", "a>b" })
        {
            SubjectRules.ThrowIfInvalidQueueGroup(group, "q");
        }
    }

    [Theory]
    [InlineData("a", 4072)]
    [InlineData("\u00e9", 2036)]
    [InlineData("\u20ac", 1357)]
    public void A_text_may_have_as_many_bytes_as_the_control_line_leaves(string character, int count)
    {
        string fits = string.Concat(Enumerable.Repeat(character, count)), exceeds = fits + character;
        SubjectRules.ThrowIfInvalidPublish(fits, "p");
        SubjectRules.ThrowIfInvalidSubscribe(fits, "p");
        SubjectRules.ThrowIfInvalidQueueGroup(fits, "p");
        Assert.True(SubjectRules.IsValidPublish(fits) && SubjectRules.IsValidSubscribe(fits));
        Assert.False(SubjectRules.IsValidPublish(exceeds) || SubjectRules.IsValidSubscribe(exceeds));
        Assert.Equal($"The subject is too long: its control line {TooLong}. (Parameter 'p')", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidReplyTo(exceeds, "p")).Message);
        Assert.Equal($"The queue group is too long: its control line {TooLong}. (Parameter 'p')", Assert.Throws<NatsInvalidQueueGroupException>(() => SubjectRules.ThrowIfInvalidQueueGroup(exceeds, "p")).Message);
    }

    [Fact]
    public void Another_control_line_of_the_server_is_another_limit()
    {
        SubjectRules.ThrowIfInvalidPublish(new string('a', 76), "p", maxControlLine: 100);
        SubjectRules.ThrowIfInvalidSubscribe(new string('a', 76), "p", maxControlLine: 100);
        SubjectRules.ThrowIfInvalidReplyTo(new string('a', 5000), "p", maxControlLine: 10_000);
        SubjectRules.ThrowIfInvalidQueueGroup(new string('a', 76), "p", maxControlLine: 100);
        string text = Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidPublish(new string('a', 77), "p", maxControlLine: 100)).Message;
        Assert.StartsWith("The subject is too long: its control line would be longer than 100 bytes", text, StringComparison.Ordinal);
        Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidSubscribe(new string('a', 77), "p", maxControlLine: 100));
        Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidReplyTo(new string('a', 77), "p", maxControlLine: 100));
        Assert.Throws<NatsInvalidQueueGroupException>(() => SubjectRules.ThrowIfInvalidQueueGroup(new string('a', 77), "p", maxControlLine: 100));
    }

    [Theory]
    [InlineData("a", 4000, 72)]
    [InlineData("\u20ac", 1300, 57)]
    [InlineData("\u00e9", 1018, 1018)]
    public void Subject_and_reply_may_have_as_many_bytes_together(string character, int first, int second)
    {
        string subject = string.Concat(Enumerable.Repeat(character, first)), reply = string.Concat(Enumerable.Repeat(character, second));
        SubjectRules.ThrowIfControlLineTooLong(subject, reply, "p");
        SubjectRules.ThrowIfControlLineTooLong(subject, null, "p", maxControlLine: 30);
        NatsInvalidSubjectException refused = Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfControlLineTooLong(subject, reply + character, "p"));
        Assert.Equal(($"The control line {TooLong}. (Parameter 'p')", "p"), (refused.Message, refused.ParamName));
        SubjectRules.ThrowIfControlLineTooLong(subject, reply + character, "p", maxControlLine: 4100);
    }

    [Fact]
    public void Null_is_not_valid()
    {
        Assert.False(SubjectRules.IsValidPublish(null));
        Assert.False(SubjectRules.IsValidSubscribe(null));
        Assert.Equal("The subject is empty. (Parameter 'p')", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidPublish(null!, "p")).Message);
        Assert.Equal("The queue group is empty. (Parameter 'p')", Assert.Throws<NatsInvalidQueueGroupException>(() => SubjectRules.ThrowIfInvalidQueueGroup(null!, "p")).Message);
    }

    [Fact]
    public void A_nuid_follows_the_one_before_in_steps_that_differ_and_uses_each_digit()
    {
        const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        long[] numbers = [.. Enumerable.Range(0, 2000).Select(_ => Nuid.NewNuid()[12..].Aggregate(0L, (number, digit) => (number * 62) + Digits.IndexOf(digit, StringComparison.Ordinal)))];
        long step = numbers[1] - numbers[0];
        Assert.InRange(step, 33, 332);
        Assert.All(numbers.Zip(numbers.Skip(1)), pair => Assert.Equal(step, pair.Second - pair.First));
        Assert.Equal(62, Enumerable.Range(0, 2000).Select(_ => Nuid.NewNuid()[^1]).Concat(Enumerable.Range(0, 2000).SelectMany(_ => Nuid.NewNuid())).Distinct().Count());
    }
}
