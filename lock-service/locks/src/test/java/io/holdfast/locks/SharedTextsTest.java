package io.holdfast.locks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedTextsTest {
  @Test
  void anEqualTextIsGivenOutAgain() {
    SharedTexts texts = new SharedTexts();
    String first = texts.share(new String("worker"));
    assertThat(texts.share(new String("worker"))).isSameAs(first);
    for (int number = 0; number < 10_000; number++) {
      String text = "t" + number;
      assertThat(texts.share(text)).isEqualTo(text);
    }
  }
}
