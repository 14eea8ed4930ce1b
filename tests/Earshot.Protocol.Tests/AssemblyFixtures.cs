using Earshot.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
