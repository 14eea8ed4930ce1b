using System.Text;
using CsCheck;
using Earshot.Messages;
using Xunit;

namespace Earshot.Client.Tests.Messages;

public sealed class SubjectCacheTests
{
    private readonly SubjectCache _cache = new();

    [Fact]
    public void A_repeated_subject_is_one_string_from_the_second_sighting_on()
    {
        Assert.Equal("a.b", Get("a.b"));
        string second = Get("a.b");
        Assert.Same(second, Get("a.b"));
    }

    [Fact]
    public void A_repeated_subject_allocates_nothing()
    {
        byte[] subject = Encoding.UTF8.GetBytes("orders.eu.created");
        _cache.Get(subject);
        _cache.Get(subject);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _cache.Get(subject);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("one.long-enough-to-share", "two.long-enough-to-share")] // the same length and the same last twelve bytes
    [InlineData("Aa", "BB")]
    public void Subjects_with_the_same_hash_never_get_each_others_text(string one, string other)
    {
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(one, Get(one));
            Assert.Equal(one, Get(one));
            Assert.Equal(other, Get(other));
        }
    }

    [Fact]
    public void Any_sequence_of_subjects_round_trips() =>
        Gen.String[Gen.Char["ab.é"], 0, 4].List[1, 200].Sample(subjects =>
        {
            var cache = new SubjectCache();
            return subjects.TrueForAll(subject => cache.Get(Encoding.UTF8.GetBytes(subject)) == subject);
        });

    [Fact]
    public void Bytes_that_are_no_text_still_give_a_string() => Assert.Equal("\uFFFD\uFFFD\uFFFD(", _cache.Get([0xFF, 0xFE, 0xC3, 0x28]));

    private string Get(string subject) => _cache.Get(Encoding.UTF8.GetBytes(subject));
}
